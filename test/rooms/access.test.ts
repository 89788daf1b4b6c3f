/** The tests of `test/access/`. */
import { importTests } from '../support/room.ts'

await importTests('access')
