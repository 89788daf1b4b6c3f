/** The tests of `test/clients/`. */
import { importTests } from '../support/room.ts'

await importTests('clients')
