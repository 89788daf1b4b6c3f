/**
 * Secondaries of several makers take a zone from livezone with TSIG and follow it by IXFR: in the end
 * theirs is ours, record for record, after a thousand updates. `SEED=n` draws other updates.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { KnotPeer } from '../support/knot-peer.ts'
import { Livezone, TRANSFER_CONFIG } from '../support/livezone.ts'
import { NamedPeer } from '../support/named-peer.ts'
import { NsdPeer } from '../support/nsd-peer.ts'
import { PdnsPeer } from '../support/pdns-peer.ts'
import type { Peer } from '../support/peer.ts'
import { RandomUpdates } from '../support/random-updates.ts'
import { replay } from '../support/replay.ts'
import { skipWithout } from '../support/tools.ts'
import { notifyAt, serialAt, transferFrom, type Transferred } from '../support/transfers.ts'

const APEX = 'dyn.example.'

const ROUNDS = 4
const UPDATES = 250

const PEERS = [
  { Peer: NamedPeer, tools: ['named'] },
  { Peer: KnotPeer, tools: ['knotd'] },
  { Peer: NsdPeer, tools: ['nsd'] },
  { Peer: PdnsPeer, tools: ['pdns_server', '/usr/share/pdns-backend-sqlite3', 'sqlite3'] },
] as const

const withSkip = PEERS.map(({ Peer, tools }) => ({
  Peer,
  skip: skipWithout(...tools, '/usr/bin/python3'),
}))
const present = withSkip.filter(({ skip }) => skip === false)
const seed = Number(process.env['SEED'] ?? 1_995)

// On a busy machine a thousand updates take minutes.
t.setTimeout(300_000)

// All of them follow the same zone at the same time.
const folder = t.testdir({ ours: {} })
const server = new Livezone(`${folder}/ours`, TRANSFER_CONFIG)
const peers = new Map<string, Peer>()
t.teardown(() => Promise.all([server.stop(), ...[...peers.values()].map((peer) => peer.stop())]))

/** What it came to in the end. */
let ours: Transferred | undefined

/** Tells all of them, and waits until they have the zone as it is now. */
const followed = async (): Promise<Transferred> => {
  const key = { name: 'ddns-key.', secret: server.secret }
  const now = await transferFrom(server.port, APEX, key)
  const follow = async ({ port }: Peer): Promise<void> => {
    const rcode = await notifyAt(port, APEX)
    if (rcode !== 'NOERROR') throw new Error(`a NOTIFY came to ${rcode}`)
    await serialAt(port, APEX, now.serial)
  }
  await Promise.all([...peers.values()].map(follow))
  return now
}

t.test('the servers have the zone, and then its updates', async (t) => {
  if (present.length === 0) return
  await server.start()
  const key = { name: 'ddns-key.', secret: server.secret }
  const role = { kind: 'secondary', primaryPort: server.port } as const
  for (const { Peer } of present) {
    const own = join(folder, Peer.name)
    mkdirSync(own)
    const peer = new Peer()
    peers.set(Peer.name, peer)
    await peer.start(own, { apex: APEX, key, role })
  }
  const updates = new RandomUpdates(APEX, seed)
  for (let round = 0; round < ROUNDS; round++) {
    await followed()
    const turns = Array.from({ length: UPDATES }, () => updates.turn())
    const refused = (await replay(server, turns)).filter(({ rcode }) => rcode !== 'NOERROR')
    t.strictSame(refused, [])
  }
  ours = await followed()
  t.ok(ours.records.length > 20, 'the updates left something')
})

for (const { Peer, skip } of withSkip) {
  t.test(`RFC 5936 §2, RFC 1995 §4 ${Peer.name} follows random updates`, { skip }, async (t) => {
    const theirs = await transferFrom(peers.get(Peer.name)?.port ?? 0, APEX)
    t.strictSame(theirs.records, ours?.records, `seed ${seed}`)
  })
}

const nobody = { skip: present.length === 0 }

t.test('RFC 1995 §4 they were sent the changes alone', nobody, async (t) => {
  // Then its log is whole.
  await server.stop()
  const incremental = server.log.match(/"form":"changes".*"msg":"transfer sent"/g) ?? []
  t.ok(incremental.length >= ROUNDS * present.length, `${incremental.length} transfers`)
})
