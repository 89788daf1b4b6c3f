/** The tests of `test/web/`. */
import { importTests } from '../support/room.ts'

await importTests('web')
