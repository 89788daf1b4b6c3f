/** livezone as a secondary of real servers: it has their zone, follows it, and hands updates on. */
import t from 'tap'
import { KnotPeer } from '../support/knot-peer.ts'
import { NamedPeer } from '../support/named-peer.ts'
import type { Peer } from '../support/peer.ts'
import { secondaryLivezone } from '../support/secondary-livezone.ts'
import { skipWithout } from '../support/tools.ts'
import { serialAt } from '../support/transfers.ts'

const APEX = 'dyn.example.'
const KEY = {
  name: 'xfr-key.',
  secret: Buffer.from('a secret of thirty-two octets !!').toString('base64'),
}

const TEXT = `$TTL 3600
${APEX} IN SOA ns1.${APEX} hostmaster.${APEX} 10 7200 900 604800 300
${APEX} IN NS ns1.${APEX}
ns1.${APEX} IN A 192.0.2.53
www.${APEX} 60 IN A 192.0.2.1
`

const primaries: readonly { name: string; make: () => Peer; skip: string | false }[] = [
  { name: 'named', make: () => new NamedPeer(), skip: skipWithout('named', '/usr/bin/python3') },
  { name: 'knotd', make: () => new KnotPeer(), skip: skipWithout('knotd', '/usr/bin/python3') },
]

for (const { name, make, skip } of primaries) {
  t.test(name, { skip }, async (t) => {
    const folder = t.testdir({ primary: {}, secondary: {} })
    const primary = make()
    t.teardown(() => primary.stop())
    await primary.start(`${folder}/primary`, {
      apex: APEX,
      key: KEY,
      role: { kind: 'primary', text: TEXT },
    })
    const secondary = secondaryLivezone(`${folder}/secondary`, APEX, primary.port, KEY)
    t.teardown(() => secondary.stop())
    await secondary.start()
    await serialAt(secondary.port, APEX, 10).catch((e: unknown) => t.fail(String(e)))
    t.comment(primary.log)
    t.match(secondary.log, /zone transferred from its primary/)
    t.comment(secondary.log)
  })
}
