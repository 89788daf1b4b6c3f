/** The tests of `test/vectors/`. */
import { importTests } from '../support/room.ts'

await importTests('vectors')
