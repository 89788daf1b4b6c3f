/** RFC 2136 §6: an UPDATE goes to the primary as it came, and the answer comes back as it is. */
import t from 'tap'
import type { Network } from '../../src/secondary/network.ts'
import { Forwarder, type Forwarded } from '../../src/secondary/forwarder.ts'
import { FakeNetwork } from '../support/fake-network.ts'
import { message, question, update } from '../support/messages.ts'
import { primaryAt } from '../support/secondary.ts'

const PRIMARY = primaryAt('192.0.2.1')
const PACKET = update('dyn.example.', [], [], { id: 0x0102 })

const answerOf = (query: Buffer, id = query.readUInt16BE(0), flags = 0xa800): Buffer =>
  message({ id, flags, questions: [question('dyn.example.', 6)] })

const client = (transport: 'udp' | 'tcp', address = '192.0.2.77') => ({ address, transport })

const answerIn = (outcome: Forwarded): Buffer => {
  if (outcome.kind === 'failed') throw new Error(outcome.why)
  return Buffer.from(outcome.answer)
}

for (const transport of ['udp', 'tcp'] as const) {
  t.test(`RFC 2136 §6.1, §6.3, §6.7 over ${transport}, but for the ID`, async (t) => {
    const network = new FakeNetwork()
    network.udp = (query) => [Buffer.alloc(3), query, answerOf(query)]
    network.tcp = (query) => [answerOf(query)]
    const forwarder = new Forwarder(network)
    const ids = new Set<number>()
    for (let times = 0; times < 10; times++) {
      const outcome = await forwarder.forward(PACKET, [PRIMARY], client(transport))
      t.ok(answerIn(outcome).equals(answerOf(PACKET)), "the client's own ID")
      const sent = network.queries.at(-1) ?? Buffer.alloc(0)
      t.ok(sent.subarray(2).equals(PACKET.subarray(2)), 'octet for octet')
      ids.add(sent.readUInt16BE(0))
    }
    t.ok(ids.size > 1)
    t.equal(PACKET.readUInt16BE(0), 0x0102)
    t.equal(network.asked.at(-1), `192.0.2.1 ${transport} SOA`)
    t.equal(network.open, 0)
  })

  t.test(`RFC 2136 §6.6 over ${transport}, who does not answer is passed over`, async (t) => {
    const network = new FakeNetwork()
    const primaries = [PRIMARY, primaryAt('192.0.2.2')]
    const forwarder = new Forwarder(network)
    const none = await forwarder.forward(PACKET, primaries, client(transport))
    t.match(none, { kind: 'failed', why: /^192\.0\.2\.1#53: .*; 192\.0\.2\.2#53: / })
    let sent = 0
    network.udp = network.tcp = (query) => (++sent === 2 ? [answerOf(query)] : [])
    const outcome = await forwarder.forward(PACKET, primaries, client(transport))
    t.match(outcome, { kind: 'answered', primary: { address: '192.0.2.2' } })
  })
}

t.test('what is no answer to the update is not given to the client', async (t) => {
  const network = new FakeNetwork()
  const others = (query: Buffer): Buffer[][] => [
    [answerOf(query, (query.readUInt16BE(0) + 1) & 0xffff)],
    [answerOf(query, undefined, 0x2800)],
    [answerOf(query, undefined, 0x8000)],
  ]
  for (let n = 0; n < 3; n++) {
    network.tcp = (query) => others(query)[n] ?? []
    const outcome = await new Forwarder(network).forward(PACKET, [PRIMARY], client('tcp'))
    t.match(outcome, { kind: 'failed', why: /no answer to the update/ })
  }
})

t.test('so many of one client, and so many of all, wait for their answers', async (t) => {
  const network = new FakeNetwork()
  let open = (): void => undefined
  network.gate = new Promise((resolve) => (open = resolve))
  network.tcp = (query) => [answerOf(query)]
  const forwarder = new Forwarder(network)
  const from = (address: string): Promise<Forwarded> =>
    forwarder.forward(PACKET, [PRIMARY], client('tcp', address))
  const all: Promise<Forwarded>[] = []
  for (let n = 0; n < 16; n++) all.push(from('192.0.2.1'))
  t.match(await from('192.0.2.1'), { kind: 'failed', why: /16 updates of 192\.0\.2\.1 wait/ })
  for (let n = 0; n < 240; n++) all.push(from(`192.0.2.${n + 2}`))
  t.match(await from('198.51.100.1'), { kind: 'failed', why: /^256 updates wait/ })
  open()
  for (const outcome of await Promise.all(all)) t.equal(outcome.kind, 'answered')
  t.equal((await from('192.0.2.1')).kind, 'answered')
})

t.test('a bug of ours is not taken for a primary that is not there', async (t) => {
  const network: Network = {
    ask: () => Promise.reject(new TypeError('a bug')),
    connect: () => {
      throw new TypeError('a bug')
    },
  }
  const forwarder = new Forwarder(network)
  await t.rejects(forwarder.forward(PACKET, [PRIMARY], client('udp')), TypeError)
  await t.rejects(forwarder.forward(PACKET, [PRIMARY], client('tcp')), TypeError)
})
