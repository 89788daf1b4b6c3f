/** The tests of `test/update/`. */
import { importTests } from '../support/room.ts'

await importTests('update')
