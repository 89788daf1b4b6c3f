/** The tests of `test/history/`. */
import { importTests } from '../support/room.ts'

await importTests('history')
