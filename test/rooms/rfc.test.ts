/** The tests of `test/rfc/`. */
import { importTests } from '../support/room.ts'

await importTests('rfc')
