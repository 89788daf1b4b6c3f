/** The tests of `test/dyndns/`. */
import { importTests } from '../support/room.ts'

await importTests('dyndns')
