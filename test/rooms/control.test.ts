/** The tests of `test/control/`. */
import { importTests } from '../support/room.ts'

await importTests('control')
