/**
 * livezone as a secondary of real servers: it has their zone and follows random updates by IXFR, half
 * of which go through it. `SEED=n` draws other updates, `UPDATES=n` more of them in each of four rounds.
 */
import t from 'tap'
import { KnotPeer } from '../support/knot-peer.ts'
import { LivezonePeer } from '../support/livezone-peer.ts'
import { NamedPeer } from '../support/named-peer.ts'
import { RandomUpdates } from '../support/random-updates.ts'
import { replay, type Turn } from '../support/replay.ts'
import { secondaryLivezone } from '../support/secondary-livezone.ts'
import { run, skipWithout } from '../support/tools.ts'
import { notifyAt, serialAt, transferFrom } from '../support/transfers.ts'

const APEX = 'dyn.example.'
const KEY = {
  name: 'ddns-key.',
  secret: Buffer.from('a secret of thirty-two octets !!').toString('base64'),
}

const TEXT = `$TTL 3600
${APEX} IN SOA ns1.${APEX} hostmaster.${APEX} 10 7200 900 604800 300
${APEX} IN NS ns1.${APEX}
ns1.${APEX} IN A 192.0.2.53
`

const ROUNDS = 4
const UPDATES = Number(process.env['UPDATES'] ?? 50)

const PRIMARIES = [
  { Peer: NamedPeer, tools: ['named'] },
  { Peer: KnotPeer, tools: ['knotd'] },
  { Peer: LivezonePeer, tools: [] },
] as const

/** The nth update over UDP or TCP. */
const over = ({ update, look }: Turn, n: number): Turn => ({
  ...(update && { update: { ...update, over: n % 2 === 0 ? 'udp' : 'tcp' } }),
  look,
})

for (const { Peer, tools } of PRIMARIES) {
  const skip = skipWithout(...tools, 'nsupdate', '/usr/bin/python3')
  t.test(Peer.name, { skip }, async (t) => {
    const seed = Number(process.env['SEED'] ?? 5_936)
    const folder = t.testdir({ theirs: {}, ours: {} })
    const primary = new Peer()
    t.teardown(() => primary.stop())
    const role = { kind: 'primary', text: TEXT } as const
    await primary.start(`${folder}/theirs`, { apex: APEX, key: KEY, role })
    const server = secondaryLivezone(`${folder}/ours`, APEX, primary.port, KEY)
    t.teardown(() => server.stop())
    await server.start()
    await serialAt(server.port, APEX, 10)

    const updates = new RandomUpdates(APEX, seed)
    for (let round = 0; round < ROUNDS; round++) {
      const turns = Array.from({ length: UPDATES }, (_, n) => over(updates.turn(), n))
      // One round to the primary, which then says so; one through the secondary (RFC 2136 §6).
      const isForwarded = round % 2 === 1
      const target = { port: isForwarded ? server.port : primary.port, secret: KEY.secret }
      for (const { rcode } of await replay(target, turns)) {
        if (rcode !== 'NOERROR') throw new Error(`an update came to ${rcode}: ${server.log}`)
      }
      if (!isForwarded) t.equal(await notifyAt(server.port, APEX), 'NOERROR')
      const { serial } = await transferFrom(primary.port, APEX, KEY)
      await serialAt(server.port, APEX, serial)
    }
    const theirs = await transferFrom(primary.port, APEX, KEY)
    const ours = await transferFrom(server.port, APEX)
    t.strictSame(ours.records, theirs.records, `seed ${seed}`)
    t.ok(ours.records.length > 20, 'the updates left something')
    // Many changes at once may come as a whole zone; that an IXFR did not fit is not among them.
    t.notMatch(server.log, /insteadBecause/)
    t.ok((server.log.match(/"type":"IXFR","as":"change"/g) ?? []).length >= ROUNDS / 2)
    t.equal(server.log.match(/"as":"replacement"/g)?.length, 1, 'the first alone')
    t.equal(server.log.match(/"msg":"update forwarded"/g)?.length, (ROUNDS / 2) * UPDATES)

    const lines = [
      'server 127.0.0.1 ' + String(server.port),
      `update add n.${APEX} 60 A 192.0.2.77`,
      'send',
      '',
    ]
    const { code, stderr } = await run('nsupdate', ['-k', server.keyFile], lines.join('\n'))
    t.strictSame([code, stderr], [0, ''], 'nsupdate, which checks the signature of the answer')
    const { serial } = await transferFrom(primary.port, APEX, KEY)
    await serialAt(server.port, APEX, serial)
    const { records } = await transferFrom(server.port, APEX)
    t.ok(records.includes(`n.${APEX} 60 A c000024d`))
  })
}
