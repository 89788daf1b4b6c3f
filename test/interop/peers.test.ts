/** The servers that livezone has to get along with get along with each other, as the tests start them. */
import t from 'tap'
import { KnotPeer } from '../support/knot-peer.ts'
import { NamedPeer } from '../support/named-peer.ts'
import { NsdPeer } from '../support/nsd-peer.ts'
import { PdnsPeer } from '../support/pdns-peer.ts'
import { skipWithout } from '../support/tools.ts'
import { notifyAt, serialAt, transferFrom } from '../support/transfers.ts'

const APEX = 'dyn.example.'
const KEY = { name: 'xfr-key.', secret: Buffer.from('a secret of the peers').toString('base64') }
const TEXT = `$TTL 300
${APEX} SOA ns1.${APEX} hostmaster.${APEX} 7 3600 900 604800 300
${APEX} NS ns1.${APEX}
ns1.${APEX} A 127.0.0.1
`

const skip = skipWithout(
  'named',
  'knotd',
  'nsd',
  'pdns_server',
  '/usr/share/pdns-backend-sqlite3',
  'sqlite3',
  '/usr/bin/python3',
)

const PAIRS = [
  { primary: new NamedPeer(), secondary: new PdnsPeer() },
  { primary: new KnotPeer(), secondary: new NamedPeer() },
  { primary: new NsdPeer(), secondary: new KnotPeer() },
  { primary: new PdnsPeer(), secondary: new NsdPeer() },
]

for (const { primary, secondary } of PAIRS) {
  const title = `${primary.constructor.name} feeds ${secondary.constructor.name}`
  t.test(title, { skip }, async (t) => {
    const folder = t.testdir({ primary: {}, secondary: {} })
    t.teardown(() => Promise.all([primary.stop(), secondary.stop()]))
    const zone = { apex: APEX, key: KEY }
    await primary.start(`${folder}/primary`, { ...zone, role: { kind: 'primary', text: TEXT } })
    const role = { kind: 'secondary', primaryPort: primary.port } as const
    await secondary.start(`${folder}/secondary`, { ...zone, role })
    t.equal(await notifyAt(secondary.port, APEX), 'NOERROR')
    await serialAt(secondary.port, APEX, 7)
    const [want, got] = [
      await transferFrom(primary.port, APEX, KEY),
      await transferFrom(secondary.port, APEX),
    ]
    t.equal(want.records.length, 3)
    t.strictSame(got.records, want.records)
  })
}
