/** Questions and updates by other makers' tools. */
import { importTests } from '../support/room.ts'

await importTests(
  'interop/named',
  'interop/updates',
  'interop/edns',
  'interop/dnscontrol',
  'interop/documented-commands',
  'interop/external-dns',
  'interop/octodns',
  'interop/policy',
  'interop/presentation',
  'interop/systemd',
  'interop/terraform',
)
