/** The tests of `test/secondary/`. */
import { importTests } from '../support/room.ts'

await importTests('secondary')
