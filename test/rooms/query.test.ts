/** The tests of `test/query/`. */
import { importTests } from '../support/room.ts'

await importTests('query')
