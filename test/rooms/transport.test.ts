/** The tests of `test/transport/`. */
import { importTests } from '../support/room.ts'

await importTests('transport')
