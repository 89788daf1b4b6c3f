/** A livezone with the zones of a DHCP server, as docs/clients.md configures it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { docsBlock } from './client-docs.ts'
import { Livezone } from './livezone.ts'

const NAMES = `
$TTL 3600
@       IN SOA   ns1 hostmaster 1 2h 15m 1w 60
@       IN NS    ns1
ns1     IN A     127.0.0.1
printer IN A     192.0.2.2
`

/**
 * @param folder an empty one
 * @param port of 127.0.0.1, or 0 for any
 */
export const dhcpLivezone = (folder: string, port = 0): Livezone => {
  mkdirSync(join(folder, 'zones'))
  writeFileSync(join(folder, 'zones/dyn.example.zone'), NAMES)
  writeFileSync(join(folder, 'zones/reverse.zone'), docsBlock('reverse.zone'))
  return new Livezone(folder, docsBlock('dhcp-livezone.toml').replace('5300', `${port}`))
}
