/** What holds for any input. */
import { importTests } from '../support/room.ts'

await importTests('property')
