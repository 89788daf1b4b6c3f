/** Clients and devices that bring addresses, and servers that are told of them. */
import { importTests } from '../support/room.ts'

await importTests(
  'interop/agent',
  'interop/dhcpd',
  'interop/kea',
  'interop/ddclient',
  'interop/documented-dyndns',
  'interop/mikrotik',
  'interop/notify',
  'interop/resolvers',
  'interop/web-ddclient',
  'interop/web-hooks',
  'interop/web-inadyn',
  'interop/web-scripts',
)
