/** The tests of `test/api/`. */
import { importTests } from '../support/room.ts'

await importTests('api')
