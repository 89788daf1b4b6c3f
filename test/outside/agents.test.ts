/** Clients and devices that bring addresses, and servers that are told of them. */
import t from 'tap'
import { importTests } from '../support/room.ts'

// Most of the time they wait for programs that have their own; each has a server of its own.
t.jobs = 2

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
