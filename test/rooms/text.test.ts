/** The tests of `test/text/`. */
import { importTests } from '../support/room.ts'

await importTests('text')
