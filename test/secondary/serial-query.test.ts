/** Asking a primary for the serial: over UDP, over TCP when that is cut short, and whom to believe. */
import t from 'tap'
import { querySerial, type SerialAnswer } from '../../src/secondary/serial-query.ts'
import { FakeClock } from '../support/clock.ts'
import { FakeNetwork, type OverTcp, type OverUdp } from '../support/fake-network.ts'
import { rr, wireName } from '../support/messages.ts'
import { ANSWER, answerTo, APEX, soaRr } from '../support/primary-answers.ts'
import { named } from '../support/records.ts'
import { primaryAt } from '../support/secondary.ts'

const ask = async (
  udp: OverUdp,
  tcp: OverTcp = () => [],
): Promise<{ answer: SerialAnswer; network: FakeNetwork }> => {
  const network = new FakeNetwork()
  network.udp = udp
  network.tcp = tcp
  const primary = primaryAt('192.0.2.1')
  return { answer: await querySerial(network, primary, named(APEX), new FakeClock()), network }
}

t.test('the serial, in one datagram each way', async (t) => {
  const { answer, network } = await ask((query) => [answerTo(query, [soaRr(7)])])
  t.strictSame(answer, { kind: 'serial', serial: 7, expireSeconds: undefined })
  t.strictSame(network.asked, ['192.0.2.1 udp SOA'])
})

t.test('a datagram that was lost is sent again, with another ID', async (t) => {
  let sent = 0
  const { answer, network } = await ask((query) =>
    ++sent === 3 ? [answerTo(query, [soaRr(7)])] : [],
  )
  t.match(answer, { serial: 7 })
  const ids = new Set(network.queries.map((query) => query.readUInt16BE(0)))
  t.equal(network.queries.length, 3)
  t.ok(ids.size > 1)
})

t.test('RFC 1035 §4.2.1 what is cut short is asked for over TCP', async (t) => {
  const cut: OverUdp = (query) => [answerTo(query, [], { flags: ANSWER | 0x0200 })]
  const { answer, network } = await ask(cut, (query) => [answerTo(query, [soaRr(7)])])
  t.match(answer, { serial: 7 })
  t.strictSame(network.asked, ['192.0.2.1 udp SOA', '192.0.2.1 tcp SOA'])
  t.equal(network.open, 0)
  await t.rejects(ask(cut), { name: 'NetworkError' })
  const malformed = await ask(cut, () => [Buffer.from([1])])
  t.match(malformed.answer, { kind: 'failed', why: 'a message is too short' })
})

const failures: Record<string, readonly [(query: Buffer) => Buffer, RegExp]> = {
  'an error': [(query) => answerTo(query, [], { flags: ANSWER | 5 }), /answers REFUSED/],
  'no authority': [(query) => answerTo(query, [soaRr(7)], { flags: 0x8000 }), /not authoritative/],
  'no record': [(query) => answerTo(query, []), /has no SOA of the zone/],
  'a SOA of another zone': [(query) => answerTo(query, [soaRr(7, {}, 'other.')]), /has no SOA/],
  'a SOA that is none': [
    (query) => answerTo(query, [rr(APEX, 6, 1, 60, wireName('a.'))]),
    /has no SOA/,
  ],
  'another record first': [
    (query) => answerTo(query, [rr(APEX, 1, 1, 60, Buffer.from([1, 2, 3, 4]))]),
    /has no SOA/,
  ],
}

for (const [title, [answerOf, why]] of Object.entries(failures)) {
  t.test(`${title} is no serial`, async (t) => {
    const { answer } = await ask((query) => [answerOf(query)])
    t.match(answer, { kind: 'failed', why })
  })
}

t.test('over TCP an answer to another question is none', async (t) => {
  const cut: OverUdp = (query) => [answerTo(query, [], { flags: ANSWER | 0x0200 })]
  for (const more of [{ id: 1 }, { flags: 0 }]) {
    const { answer } = await ask(cut, (query) => [
      answerTo(query, [soaRr(7)], { id: query.readUInt16BE(0), ...more }),
    ])
    t.match(answer, { kind: 'failed', why: /no answer to the request/ })
  }
})

t.test('what is no message is waited past, and told of when nothing else comes', async (t) => {
  const { answer } = await ask((query) => {
    const broken = answerTo(query, [soaRr(7)]).subarray(0, -1)
    return [Buffer.alloc(2), query, broken]
  })
  t.match(answer, { kind: 'failed', why: /a message is malformed/ })
})

t.test('what goes wrong here is no silence of the primary: it is asked once', async (t) => {
  const network = new FakeNetwork()
  network.udp = () => {
    throw Object.assign(new Error('socket EMFILE'), { code: 'EMFILE' })
  }
  const asked = querySerial(network, primaryAt('192.0.2.1'), named(APEX), new FakeClock())
  await t.rejects(asked, { code: 'EMFILE' })
  t.strictSame(network.asked, ['192.0.2.1 udp SOA'])
})

t.test('of a primary that is silent after it was wrong, what was wrong is told', async (t) => {
  let sent = 0
  const { answer, network } = await ask((query) =>
    ++sent === 1 ? [answerTo(query, [soaRr(7)]).subarray(0, -1)] : [],
  )
  t.match(answer, { kind: 'failed', why: /a message is malformed/ })
  t.equal(network.queries.length, 3)
})
