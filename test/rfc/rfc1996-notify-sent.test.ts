/** RFC 1996 §3: what is told to the secondaries of a zone, and how often. */
import t from 'tap'
import { wireName } from '../support/messages.ts'
import { Notified, peer, peersOf, response, type Told } from '../support/notified.ts'
import { tsigKey, ZONE_TEXT } from '../support/service.ts'
import { macOf, recordsOf, splitTsig, tsigFields, withTsig } from '../support/tsig.ts'

const SERIAL_FROM_END = 20

/** The serial of the SOA that goes along. */
const serialIn = ({ packet }: Told): number | undefined => {
  const soa = recordsOf(packet).find(({ type }) => type === 6)
  return soa?.rdata.readUInt32BE(soa.rdata.length - SERIAL_FROM_END)
}

const times = (told: readonly Told[]): number[] => told.map(({ at }) => at)

t.test('RFC 1996 §3.7, §4.5 a NOTIFY has the SOA of the zone, and AA', async (t) => {
  const told = new Notified([peer()]).one()
  const { packet } = told
  t.equal(packet.readUInt16BE(0), told.id)
  t.equal(packet.readUInt16BE(2), 0x2400, 'opcode 4, AA')
  t.strictSame(
    [4, 6, 8, 10].map((at) => packet.readUInt16BE(at)),
    [1, 1, 0, 0],
  )
  const question = Buffer.concat([wireName('dyn.example.'), Buffer.from([0, 6, 0, 1])])
  t.strictSame(packet.subarray(12, 12 + question.length), question)
  t.equal(serialIn(told), 10)
  t.match(recordsOf(packet)[0], { type: 6, class: 1, ttl: 3600 })
})

t.test('RFC 1996 §3.7 names that are too long for one datagram leave the SOA out', async (t) => {
  const long = (letter: string): string => `${`${letter.repeat(60)}.`.repeat(3)}dyn.example.`
  const text = ZONE_TEXT.replace(/SOA \S+ \S+/, `SOA ${long('m')} ${long('r')}`)
  const apex = wireName('dyn.example.')
  const unsigned = new Notified([peer()], text).one()
  t.equal(serialIn(unsigned), 10, 'without a TSIG it just fits')
  const [told] = new Notified([peer('192.0.2.1', 53, tsigKey(`${'k'.repeat(60)}.`))], text).now()
  if (told === undefined) throw new Error('nothing was told')
  t.equal(serialIn(told), undefined)
  t.ok(told.packet.length <= 512)
  t.strictSame(told.packet.subarray(12, 12 + apex.length), apex)
})

/** A server that has been told of the zone as it was at the start. */
const started = (): Notified => {
  const server = new Notified([peer()])
  for (const told of server.now()) told.answer(response(told))
  server.pass(2000)
  return server
}

t.test('RFC 1996 §3.6 a change is told at once', async (t) => {
  const server = started()
  await server.change()
  const told = server.one()
  t.strictSame([told.at, serialIn(told)], [2000, 11])
  told.answer(response(told))
  t.notOk(told.isOpen)
  t.strictSame(server.pass(100_000), [], 'and then there is nothing to tell')
})

t.test('of many changes a server is told once a second, of the last one in the end', async (t) => {
  const server = started()
  const all: Told[] = []
  for (let i = 0; i < 75; i++) {
    if (i < 25) await server.change()
    for (const told of server.pass(100)) {
      told.answer(response(told))
      all.push(told)
    }
  }
  t.strictSame(times(all), [2100, 3100, 4100, 5100])
  t.strictSame(all.map(serialIn), [11, 21, 31, 35])
})

t.test(
  'RFC 1996 §3.6 without an answer it is told again: after 1, 2, 4 seconds, up to 60',
  async (t) => {
    const server = started()
    await server.change()
    const told = server.now()
    told.push(...server.pass(600_000))
    t.strictSame(
      times(told).map((at) => (at - 2000) / 1000),
      [0, 1, 3, 7, 15, 31, 63, 123, 183, 243],
    )
    t.equal(new Set(told.map(({ id }) => id)).size, 10, 'each with an ID of its own')
    t.strictSame(
      told.map(({ isOpen }) => isOpen),
      told.map(() => false),
    )
  },
)

t.test('RFC 1996 §3.6 each time it is told of the serial of that moment', async (t) => {
  const server = started()
  await server.change()
  const told = server.now()
  await server.change()
  told.push(...server.pass(1500))
  await server.change()
  await server.change()
  told.push(...server.pass(1500))
  t.strictSame(told.map(serialIn), [11, 12, 14])
})

t.test('after it was given up, a change is told again, and again as often', async (t) => {
  const server = started()
  await server.change()
  t.equal(server.pass(600_000).length, 10)
  await server.change()
  t.equal(server.pass(600_000).length, 10)
})

t.test('what changed since the last try is told though it was given up', async (t) => {
  const server = started()
  await server.change()
  server.pass(244_000)
  await server.change()
  const told = server.pass(10_000)
  t.strictSame(told.map(serialIn).slice(0, 1), [12])
})

t.test('what changed between the message and its answer is told after that', async (t) => {
  const server = started()
  await server.change()
  const first = server.one()
  await server.change()
  first.answer(response(first))
  t.strictSame(server.pass(900).map(serialIn), [], 'not within the second')
  t.strictSame(server.pass(100).map(serialIn), [12])
})

t.test('RFC 1996 §3.6, §4.7 only a response to this NOTIFY is an answer', async (t) => {
  const server = started()
  await server.change()
  const told = server.one()
  const right = response(told)
  const other = Buffer.from(right)
  other.write('x', 13)
  const query = Buffer.from(right)
  query.writeUInt16BE(0x8400, 2)
  const request = Buffer.from(right)
  request.writeUInt16BE(0x2400, 2)
  for (const wrong of [Buffer.alloc(3), other, query, request, right.subarray(0, 20)]) {
    told.answer(wrong)
    t.ok(told.isOpen)
  }
  const bare = Buffer.from(right.subarray(0, 12))
  bare.writeUInt16BE(0, 4)
  told.answer(bare)
  t.notOk(told.isOpen, 'a header without a question will do')
})

t.test('RFC 1996 §4.8 who answers NOTIMP is not told again before the next change', async (t) => {
  const server = started()
  await server.change()
  const told = server.one()
  told.answer(response(told, 4))
  t.strictSame(server.pass(600_000), [])
  t.match(server.recorded.lines, [{ level: 'warn', fields: { reason: 'it answers NOTIMP' } }])
})

t.test(
  'who answers another error is told again, for it may be about to learn of the zone',
  async (t) => {
    const server = started()
    await server.change()
    const told = server.one()
    told.answer(response(told, 9))
    t.notOk(told.isOpen)
    const again = server.pass(1000)
    t.strictSame(times(again), [3000])
    const [second] = again
    if (second === undefined) throw new Error('it was not told again')
    second.answer(response(second))
    t.strictSame(server.pass(600_000), [])
  },
)

const key = tsigKey('ddns-key.')

/** The answer, signed for the message with these fields. */
const signedResponse = (told: Told, more: object = {}): Buffer => {
  const answer = response(told)
  const tsig = tsigFields({ timeSigned: 1_700_000_002, originalId: told.id, ...more })
  const requestMac = splitTsig(told.packet).tsig.mac
  return withTsig(answer, { ...tsig, mac: macOf(answer, tsig, { requestMac }) })
}

t.test('RFC 8945 §5.1 with a key it is signed, each time anew', async (t) => {
  const server = new Notified([peer('192.0.2.1', 53, key)])
  const told = server.pass(3000)
  t.equal(told.length, 2)
  for (const { packet } of told) {
    const { message, tsig } = splitTsig(packet)
    t.ok(tsig.mac.equals(macOf(message, tsig)))
  }
})

t.test('RFC 8945 §5.4 an answer that is not signed with the key is none', async (t) => {
  const server = started()
  server.notifier.configure([peersOf(server.view, peer('192.0.2.9', 53, key))])
  const told = server.one()
  told.answer(response(told))
  t.ok(told.isOpen, 'unsigned')
  const foreign = withTsig(response(told), tsigFields({ mac: Buffer.alloc(32) }))
  told.answer(signedResponse({ ...told, packet: foreign }))
  t.ok(told.isOpen, 'signed for another request')
  told.answer(signedResponse(told))
  t.notOk(told.isOpen)
  t.strictSame(server.pass(600_000), [])
})

t.test(
  'RFC 8945 §5.4.3 a TSIG error that is signed is taken at its word, others are not',
  async (t) => {
    const server = started()
    server.notifier.configure([peersOf(server.view, peer('192.0.2.9', 53, key))])
    const told = server.one()
    told.answer(withTsig(response(told, 9), tsigFields({ error: 17 })))
    t.ok(told.isOpen, 'anybody could say so')
    told.answer(signedResponse(told, { error: 18 }))
    t.notOk(told.isOpen)
    const [again] = server.pass(1000)
    again?.answer(withTsig(response(again, 9), tsigFields({ error: 17 })))
    server.pass(600_000)
    t.match(server.recorded.lines, [
      { level: 'warn', fields: { key: 'ddns-key.', reason: 'it does not answer' } },
    ])
  },
)
