/** The tests of `test/page/`. */
import { importTests } from '../support/room.ts'

await importTests('page')
