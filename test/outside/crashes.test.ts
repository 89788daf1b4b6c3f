/** Bad days. */
import { importTests } from '../support/room.ts'

await importTests('simulation')
