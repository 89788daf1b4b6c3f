/**
 * Secondaries of several makers take a zone from livezone with TSIG and follow it by IXFR: in the end
 * theirs is ours, record for record. `SEED=n` draws other updates.
 */
import t from 'tap'
import { KnotPeer } from '../support/knot-peer.ts'
import { Livezone, TRANSFER_CONFIG } from '../support/livezone.ts'
import { NamedPeer } from '../support/named-peer.ts'
import { NsdPeer } from '../support/nsd-peer.ts'
import { PdnsPeer } from '../support/pdns-peer.ts'
import { RandomUpdates } from '../support/random-updates.ts'
import { replay } from '../support/replay.ts'
import { skipWithout } from '../support/tools.ts'
import { notifyAt, serialAt, transferFrom } from '../support/transfers.ts'

const APEX = 'dyn.example.'

const ROUNDS = 4
const UPDATES = 30

const PEERS = [
  { Peer: NamedPeer, tools: ['named'] },
  { Peer: KnotPeer, tools: ['knotd'] },
  { Peer: NsdPeer, tools: ['nsd'] },
  { Peer: PdnsPeer, tools: ['pdns_server', '/usr/share/pdns-backend-sqlite3', 'sqlite3'] },
] as const

for (const { Peer, tools } of PEERS) {
  const skip = skipWithout(...tools, '/usr/bin/python3')
  t.test(`RFC 5936 §2, RFC 1995 §4 ${Peer.name} follows random updates`, { skip }, async (t) => {
    const seed = Number(process.env['SEED'] ?? 1_995)
    const folder = t.testdir({ ours: {}, theirs: {} })
    const server = new Livezone(`${folder}/ours`, TRANSFER_CONFIG)
    const peer = new Peer()
    t.teardown(() => Promise.all([server.stop(), peer.stop()]))
    await server.start()
    const key = { name: 'ddns-key.', secret: server.secret }
    const role = { kind: 'secondary', primaryPort: server.port } as const
    await peer.start(`${folder}/theirs`, { apex: APEX, key, role })

    const updates = new RandomUpdates(APEX, seed)
    for (let round = 0; round < ROUNDS; round++) {
      const before = await transferFrom(server.port, APEX, key)
      // It fetches by itself what it does not have yet.
      if (round > 0) t.equal(await notifyAt(peer.port, APEX), 'NOERROR')
      await serialAt(peer.port, APEX, before.serial)
      const turns = Array.from({ length: UPDATES }, () => updates.turn())
      for (const { rcode } of await replay(server, turns)) {
        if (rcode !== 'NOERROR') throw new Error(`an update came to ${rcode}`)
      }
    }
    const ours = await transferFrom(server.port, APEX, key)
    t.equal(await notifyAt(peer.port, APEX), 'NOERROR')
    await serialAt(peer.port, APEX, ours.serial)
    const theirs = await transferFrom(peer.port, APEX)
    t.strictSame(theirs.records, ours.records, `seed ${seed}`)
    t.ok(ours.records.length > 20, 'the updates left something')
    const incremental = server.log.match(/"form":"changes".*"msg":"transfer sent"/g) ?? []
    t.ok(incremental.length >= ROUNDS - 1, `${incremental.length} transfers were incremental`)
  })
}
