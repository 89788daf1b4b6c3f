/** The short way: what is answered on it, what is left to the long one, and how both are counted. */
import t from 'tap'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { exchangeFrom } from '../support/client-at.ts'
import { FakeClock } from '../support/clock.ts'
import { message, opt, query, question, rr, signed } from '../support/messages.ts'
import { SECRET, TestService, ZONE_TEXT } from '../support/service.ts'
import { add, ipv4, Type } from '../support/updates.ts'
import { countsOf } from '../support/tsig.ts'

const WWW = question('www.dyn.example.', Type.A)
const EDNS = opt(1232, 0, 0x8000)

const ZONE = `${ZONE_TEXT}
long     IN TXT "${'x'.repeat(250)}" "${'y'.repeat(250)}"
huge     IN TXT "${'x'.repeat(250)}" "${'y'.repeat(250)}" "${'z'.repeat(250)}"
mail     IN MX 10 www
*.wild   IN A 192.0.2.3
${['a', 'b', 'c', 'd', 'e', 'f']
  .map((one) => `mails IN MX 10 ${one.repeat(60)}\n${one.repeat(60)} IN A 192.0.2.25\n`)
  .join('')}
`

/** A service that has answered these, and what it did. */
const after = async (...packets: readonly Buffer[]): Promise<TestService> => {
  const service = new TestService(ZONE)
  for (const packet of packets) await service.ask(packet)
  return service
}

const counted = (service: TestService): Record<string, number> => service.counters.all()

t.test(
  'what was answered once is answered again, with the ID, RD and OPT of the question',
  async (t) => {
    const service = await after(message({ questions: [WWW] }))
    const plain = new TestService(ZONE, undefined, { answerCache: 0 })
    for (const flags of [0, 0x0100, 0x0010, 0x0700]) {
      for (const additionals of [[], [opt()], [EDNS], [opt(100, 0, 0x4000)]]) {
        const packet = message({ id: 0xbeef, flags, questions: [WWW], additionals })
        t.strictSame(service.quickly(packet), await plain.ask(packet), flags.toString(16))
        t.strictSame(service.quickly(packet, '2001:db8::1', 'tcp'), await plain.ask(packet, 'tcp'))
      }
    }
    t.equal(
      plain.quickly(message({ questions: [WWW] })),
      undefined,
      'and nothing is kept of size 0',
    )
  },
)

t.test(
  'RFC 4343 §3 an address is answered in any spelling, in the spelling of the question',
  async (t) => {
    const service = await after(message({ questions: [WWW] }), query('mail.dyn.example.', Type.MX))
    const kept = service.quickly(query('wWw.DYN.example.', Type.A))
    t.ok(Buffer.isBuffer(kept) && kept.includes('wWw'))
    t.equal(service.quickly(query('MAIL.dyn.example.', Type.MX)), undefined, 'names lean on it')
  },
)

t.test(
  'negative answers are kept with their serial, and an update makes them others',
  async (t) => {
    const none = query('none.dyn.example.', Type.A)
    const nodata = query('www.dyn.example.', Type.TXT)
    const www = message({ questions: [WWW] })
    const service = await after(none, nodata, www)
    for (const packet of [none, nodata, www]) t.ok(service.quickly(packet))
    const change = add('new.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))
    await service.ask(service.sign(message({ ...UPDATE, authorities: [change] })))
    t.equal(service.quickly(none), undefined)
    t.equal(service.quickly(nodata), undefined)
    t.ok(service.quickly(www), 'and what has no SOA stays')
    await service.ask(none)
    t.ok(service.quickly(none))
  },
)

t.test(
  'over LMDB too an answer outlives updates of other names, but none of its own',
  async (t) => {
    const store = LmdbStore.open(t.testdir(), new FakeClock())
    t.teardown(() => store.close())
    const service = new TestService(ZONE, store)
    const [www, below] = [message({ questions: [WWW] }), query('x.wild.dyn.example.', Type.A)]
    for (const packet of [www, below]) await service.ask(packet)
    const change = async (owner: string): Promise<void> => {
      const authorities = [add(owner, Type.A, 60, ipv4('192.0.2.9'))]
      await service.ask(service.sign(message({ ...UPDATE, authorities })))
    }
    await change('new.dyn.example.')
    for (const packet of [www, below]) t.ok(service.quickly(packet))
    await change('www.dyn.example.')
    t.equal(service.quickly(www), undefined)
    await change('deep.x.wild.dyn.example.')
    t.equal(service.quickly(below), undefined)
    t.equal(countsOf(await service.ask(www))[1], 3)
  },
)

const UPDATE = { flags: 0x2800, questions: [question('dyn.example.', Type.SOA)] }

t.test(
  'RFC 4592 §2.2.2 a wildcard stands in for a name until there is something below it',
  async (t) => {
    const packet = query('some.wild.dyn.example.', Type.A)
    const service = await after(packet)
    t.ok(service.quickly(packet))
    const below = add('below.some.wild.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))
    await service.ask(service.sign(message({ ...UPDATE, authorities: [below] })))
    t.equal(service.quickly(packet), undefined)
  },
)

t.test('RFC 2181 §9 what had to leave something out is not kept', async (t) => {
  const mails = question('mails.dyn.example.', Type.MX)
  const small = message({ questions: [mails] })
  const service = await after(small)
  t.equal(countsOf(await service.ask(small))[1], 6)
  t.equal(service.quickly(message({ questions: [mails], additionals: [opt()] })), undefined)
  t.equal(countsOf(await service.ask(small, 'tcp'))[3], 6)
  t.ok(service.quickly(small, undefined, 'tcp'))
})

t.test('what is no plain question is left to the long way', async (t) => {
  const service = await after(message({ questions: [WWW] }))
  const whole = message({ questions: [WWW], additionals: [opt()] })
  const others: Readonly<Record<string, Buffer>> = {
    'shorter than a header': whole.subarray(0, 11),
    'a header': whole.subarray(0, 12),
    'a response': message({ flags: 0x8000, questions: [WWW] }),
    'another opcode': message({ flags: 0x2000, questions: [WWW] }),
    'no question': message({}),
    'two questions': message({ questions: [WWW, WWW] }),
    'an answer': message({ questions: [WWW], answers: [rr('z.', 1, 1, 1, ipv4('192.0.2.1'))] }),
    'an authority': message({ questions: [WWW], authorities: [rr('z.', 2, 1, 1)] }),
    'class CH': message({ questions: [question('www.dyn.example.', Type.A, 3)] }),
    'a compressed name': message({ questions: [question(Buffer.from([0xc0, 4]), Type.A)] }),
    'a label that runs out': message({ questions: [Buffer.from([40, 1, 2, 3, 4, 5])] }),
    'a name without an end': message({ questions: [Buffer.from([1, 0x61, 1, 0x61])] }),
    'a name that is too long': message({
      questions: [
        question(Buffer.concat([Buffer.alloc(256, Buffer.from([1, 0x61])), Buffer.of(0)]), 1),
      ],
    }),
    'a question cut off': message({ questions: [WWW] }).subarray(0, -1),
    'octets behind': Buffer.concat([message({ questions: [WWW] }), Buffer.of(0)]),
    'no OPT that is counted': message({ questions: [WWW] }).fill(1, 11, 12),
    'two OPT': message({ questions: [WWW], additionals: [opt(), opt()] }),
    'octets behind OPT': Buffer.concat([whole, Buffer.of(0)]),
    'OPT cut off': whole.subarray(0, -1),
    'an EDNS version': message({ questions: [WWW], additionals: [opt(1232, 1)] }),
    'an EDNS option': message({
      questions: [WWW],
      additionals: [opt(1232, 0, 0, Buffer.from([0, 3, 0, 0]))],
    }),
    'another record': message({ questions: [WWW], additionals: [rr('.', 1, 1, 0)] }),
    'an OPT that is not owned by the root': message({
      questions: [WWW],
      additionals: [Buffer.concat([Buffer.of(1), opt().subarray(1)])],
    }),
    'RDATA that is not there': message({ questions: [WWW], additionals: [opt().fill(1, 10, 11)] }),
    'a signature': signed(message({ questions: [WWW] }), {
      keyName: 'ddns-key',
      secret: SECRET,
      timeSeconds: service.clock.nowSeconds(),
    }),
  }
  for (const [what, packet] of Object.entries(others)) {
    t.equal(service.quickly(packet), undefined, what)
  }
  t.ok(service.quickly(whole))
})

t.test('a name of 255 octets is answered, on both ways', async (t) => {
  const label = 'x'.repeat(63)
  const longest = `${label}.${label}.${label}.${'y'.repeat(44)}.wild.dyn.example.`
  const packet = query(longest, Type.A)
  t.equal(packet.length, 12 + 255 + 4)
  const service = await after(packet)
  t.strictSame(service.quickly(packet), await service.ask(packet))
})

t.test('what follows from more than the zones is not kept', async (t) => {
  const packets = [
    query('www.dyn.example.', Type.ANY),
    query('dyn.example.', Type.SOA),
    query('other.', Type.A),
    query('dyn.example.', Type.AXFR),
    message({ questions: [question('version.bind.', Type.TXT, 3)] }),
    query('huge.dyn.example.', Type.TXT),
  ]
  const service = await after(...packets)
  for (const packet of packets) t.equal(service.quickly(packet), undefined)
})

t.test(
  'RFC 1035 §4.2.1 what is longer than the client takes is left to the long way',
  async (t) => {
    const long = question('long.dyn.example.', Type.TXT)
    const small = message({ questions: [long] })
    const large = message({ questions: [long], additionals: [opt()] })
    const service = await after(large)
    t.equal(service.quickly(small), undefined)
    t.ok(service.quickly(large))
    t.ok(service.quickly(small, undefined, 'tcp'))
    t.equal(service.quickly(large, undefined, 'udp', 500), undefined, 'or than there is room')
  },
)

t.test('quick answers are counted and limited as the others', async (t) => {
  const rateLimits = { responsesPerSecond: 3, slip: 2, ipv4PrefixLength: 24, ipv6PrefixLength: 56 }
  const limited = { rateLimits, isUnlimited: (address: string) => address === '192.0.2.200' }
  const keeping = new TestService(ZONE, undefined, limited)
  const plain = new TestService(ZONE, undefined, { ...limited, answerCache: 0 })
  const none = query('none.dyn.example.', Type.A, { flags: 0x0100 })
  const packets = [message({ questions: [WWW], additionals: [EDNS] }), none]
  for (const address of ['192.0.2.1', '192.0.2.2', '192.0.3.1', '192.0.2.200', '2001:db8::9']) {
    for (let turn = 0; turn < 12; turn++) {
      for (const packet of packets) {
        t.strictSame(
          await exchangeFrom(keeping, address, packet),
          await exchangeFrom(plain, address, packet),
        )
      }
    }
  }
  t.strictSame(counted(keeping), counted(plain))
  t.ok(keeping.counters.of('rate-limited drop') > 0)
  t.ok(keeping.counters.of('rate-limited truncate') > 0)
  t.equal(keeping.quickly(packets[0] as Buffer, '192.0.2.1'), 'none')
  const truncated = keeping.quickly(packets[0] as Buffer, '192.0.2.1')
  t.ok(Buffer.isBuffer(truncated))
  t.strictSame(countsOf(truncated as Buffer), [1, 0, 0, 1])
})

t.test('the networks of many clients are remembered, and forgotten', async (t) => {
  const rateLimits = { responsesPerSecond: 9, slip: 0, ipv4PrefixLength: 32, ipv6PrefixLength: 56 }
  const service = new TestService(ZONE, undefined, { rateLimits })
  const packet = message({ questions: [WWW] })
  for (let n = 0; n < 5000; n++) {
    const [answer] = await exchangeFrom(service, `10.0.${n >> 8}.${n & 255}`, packet)
    if (answer === undefined) t.fail('an account that is shared')
  }
  t.equal(service.counters.of('answers udp NOERROR'), 5000)
})
