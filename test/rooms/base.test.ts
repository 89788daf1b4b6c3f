/** The tests of `test/base/`. */
import { importTests } from '../support/room.ts'

await importTests('base')
