/** Clients of the web side, as they are in routers and home servers. */
import t from 'tap'
import { importTests } from '../support/room.ts'

// Most of the time they wait for programs that have their own; each has a server of its own.
t.jobs = 2

await importTests(
  'interop/ddclient',
  'interop/documented-dyndns',
  'interop/web-ddclient',
  'interop/web-hooks',
  'interop/web-inadyn',
  'interop/web-scripts',
)
