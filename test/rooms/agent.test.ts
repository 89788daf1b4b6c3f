/** The tests of `test/agent/`. */
import { importTests } from '../support/room.ts'

await importTests('agent')
