/** The tests of `test/config/`. */
import { importTests } from '../support/room.ts'

await importTests('config')
