/** The tests of `test/server/`. */
import { importTests } from '../support/room.ts'

await importTests('server')
