/** The page in a browser, the API, mail. */
import { importTests } from '../support/room.ts'

await importTests('interop/page', 'interop/page-admin', 'interop/alert-mail', 'interop/api')
