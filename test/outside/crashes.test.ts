/** Bad days, and certificates. */
import { importTests } from '../support/room.ts'

await importTests('simulation', 'interop/acme', 'interop/certbot', 'interop/web-acme')
