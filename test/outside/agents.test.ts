/** Clients that know the addresses of where they run, and servers that give them out. */
import t from 'tap'
import { importTests } from '../support/room.ts'

// Most of the time they wait for programs that have their own; each has a server of its own.
t.jobs = 2

await importTests(
  'interop/agent',
  'interop/dhcpd',
  'interop/kea',
  'interop/mikrotik',
  'interop/notify',
  'interop/resolvers',
)
