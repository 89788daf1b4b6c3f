/** The tests of `test/alerts/`. */
import { importTests } from '../support/room.ts'

await importTests('alerts')
