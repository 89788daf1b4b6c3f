/** Other makers' servers: zones go there and come from there. */
import { importTests } from '../support/room.ts'

await importTests(
  'interop/secondaries',
  'interop/secondary',
  'interop/peers',
  'interop/axfr-clients',
  'interop/history',
  'interop/key-show',
)
