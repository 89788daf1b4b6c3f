/** The tests of `test/transfer/`. */
import { importTests } from '../support/room.ts'

await importTests('transfer')
