/** The tests of `test/zone/`. */
import { importTests } from '../support/room.ts'

await importTests('zone')
