/** The command line, and the server put together. */
import { importTests } from '../support/room.ts'

await importTests('cli')
