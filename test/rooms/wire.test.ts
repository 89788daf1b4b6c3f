/** The tests of `test/wire/`. */
import { importTests } from '../support/room.ts'

await importTests('wire')
