/** What a thread that only reads answers: as the dispatcher does, or not at all. */
import t from 'tap'
import { PlainQueries } from '../../src/server/plain-queries.ts'
import { message, opt, query, question, rr, signed, UPDATE } from '../support/messages.ts'
import { option, Option, optWith } from '../support/options.ts'
import { SECRET, TestService } from '../support/service.ts'
import { Type } from '../support/updates.ts'

const SOURCE = { address: '192.0.2.77', port: 5353, transport: 'udp' } as const

const answersOf = (service: TestService, packet: Buffer): Buffer[] | 'not ours' => {
  const answers: Buffer[] = []
  const isOurs = new PlainQueries(service.service).answer(packet, SOURCE, (answer) =>
    answers.push(Buffer.from(answer)),
  )
  return isOurs ? answers : 'not ours'
}

const WWW = query('www.dyn.example.', Type.A)

t.test('plain questions are answered as the dispatcher answers them', async (t) => {
  const service = new TestService()
  const packets = [
    WWW,
    query('www.dyn.example.', Type.TXT),
    query('nobody.dyn.example.', Type.A),
    query('elsewhere.test.', Type.A),
    query('www.dyn.example.', Type.A, { additionals: [opt()] }),
    query('dyn.example.', Type.NS, { additionals: [optWith([option(Option.ZONEVERSION)])] }),
    query('www.dyn.example.', Type.MAILB),
  ]
  for (const packet of packets) {
    const expected = await service.exchange(packet)
    t.strictSame(answersOf(service, packet), expected, packet.toString('latin1'))
  }
})

t.test('cookies are answered and counted', async (t) => {
  const service = new TestService()
  const packet = query('www.dyn.example.', Type.A, {
    additionals: [optWith([option(Option.COOKIE, Buffer.alloc(8, 1))])],
  })
  const answers = answersOf(service, packet)
  t.equal(answers.length, 1)
  t.equal(service.counters.of('cookies new'), 1)
})

t.test('what was answered is answered quickly after that', async (t) => {
  const service = new TestService()
  const queries = new PlainQueries(service.service)
  const answer = Buffer.alloc(512)
  const request = { octets: WWW, start: 0, end: WWW.length, answer, at: 0, room: 512 }
  t.equal(queries.quick({ ...request, ...SOURCE }), 0)
  let length = 0
  queries.answer(WWW, SOURCE, (octets) => (length = octets.length))
  t.equal(queries.quick({ ...request, ...SOURCE }), length)
})

const others: Record<string, Buffer> = {
  'too few octets': Buffer.alloc(5),
  'a response': message({ flags: 0x8000, questions: [question('www.dyn.example.', Type.A)] }),
  'an UPDATE': message({ flags: UPDATE, questions: [question('dyn.example.', Type.SOA)] }),
  'octets that are no message': WWW.subarray(0, -1),
  'a signed question': signed(WWW, { keyName: 'ddns-key', secret: SECRET, timeSeconds: 0 }),
  'another EDNS version': query('www.dyn.example.', Type.A, { additionals: [opt(1232, 1)] }),
  'a SOA, for it matters who asks': query('dyn.example.', Type.SOA),
  'QTYPE ANY': query('www.dyn.example.', Type.ANY),
  AXFR: query('dyn.example.', Type.AXFR),
  IXFR: query('dyn.example.', Type.IXFR),
  CHAOS: message({ questions: [question('version.bind.', Type.TXT, 3)] }),
  'no question': message({}),
  'two questions': message({
    questions: [question('a.dyn.example.', Type.A), question('b.dyn.example.', Type.A)],
  }),
  'a cookie of a wrong length': query('www.dyn.example.', Type.A, {
    additionals: [optWith([option(Option.COOKIE, Buffer.alloc(7))])],
  }),
  'a TSIG that is not the last': query('www.dyn.example.', Type.A, {
    additionals: [rr('k.', 250, 255, 0), opt()],
  }),
}

for (const [what, packet] of Object.entries(others)) {
  t.test(`${what} is for another thread`, async (t) => {
    t.equal(answersOf(new TestService(), packet), 'not ours')
  })
}

t.test('a store that cannot be read is for another thread, which has a log', async (t) => {
  const service = new TestService()
  const broken = {
    ...service.service,
    renew: () => {
      throw new Error('the disk')
    },
  }
  const queries = new PlainQueries(broken)
  t.equal(
    queries.answer(WWW, SOURCE, () => undefined),
    false,
  )
})
