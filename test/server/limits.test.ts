/** Response rate limiting, message by message: who falls under it, and what shares an account. */
import { decode } from 'dns-packet'
import t from 'tap'
import type { Settings } from '../../src/server/service.ts'
import { addition } from '../support/addition.ts'
import { exchangeFrom } from '../support/client-at.ts'
import { message, opt, query, question } from '../support/messages.ts'
import { option, Option, optionOf, optionsOf, optWith } from '../support/options.ts'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import { countsOf, isTruncated, rcodeOf } from '../support/tsig.ts'

const A = 1
const TXT = 16
const CLIENT = '192.0.2.77'
const PER_SECOND = 6

const ZONE = `${ZONE_TEXT}
*.wild   60 IN A     192.0.2.3
*.alias  60 IN CNAME www
empty.non.terminal IN A 192.0.2.4
sub         IN NS    ns.elsewhere.
moved       IN DNAME elsewhere.
`

const limited = (more: Partial<Settings> = {}): TestService =>
  new TestService(ZONE, undefined, {
    rateLimits: {
      responsesPerSecond: PER_SECOND,
      slip: 2,
      ipv4PrefixLength: 24,
      ipv6PrefixLength: 56,
    },
    ...more,
  })

interface Tally {
  sent: number
  truncated: number
  dropped: number
}

/** Hands in one packet after the other, and counts what comes of them. */
const flood = async (
  service: TestService,
  packets: readonly Buffer[],
  address = CLIENT,
  transport: 'udp' | 'tcp' = 'udp',
): Promise<Tally> => {
  const tally: Tally = { sent: 0, truncated: 0, dropped: 0 }
  for (const packet of packets) {
    const [answer, ...more] = await exchangeFrom(service, address, packet, transport)
    if (more.length > 0) throw new Error('more than one answer')
    if (answer === undefined) tally.dropped++
    else if (isTruncated(answer)) tally.truncated++
    else tally.sent++
  }
  return tally
}

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))

const WWW = query('www.dyn.example.', A)
/** Of 20 equal answers, those over the limit come to nothing, but every second of them to TC. */
const HELD: Tally = { sent: PER_SECOND, truncated: 7, dropped: 7 }
const NONE_HELD: Tally = { sent: 20, truncated: 0, dropped: 0 }

t.test('over UDP a network gets the same answer so often, and then TC or nothing', async (t) => {
  const service = limited()
  t.strictSame(await flood(service, Array(20).fill(WWW)), HELD)
  t.strictSame(service.counters.all(), {
    'answers truncated': 7,
    'answers udp NOERROR': PER_SECOND + 7,
    'rate-limited drop': 7,
    'rate-limited truncate': 7,
  })
  service.clock.advanceSeconds(60)
  t.equal((await flood(service, Array(20).fill(WWW))).sent, PER_SECOND, 'and again later')
})

t.test('what goes out with TC is the question, and asks the client to come over TCP', async (t) => {
  const service = limited({ serverId: 'ns1' })
  const options = [option(Option.COOKIE, Buffer.alloc(8, 1)), option(Option.NSID)]
  for (const [additionals, count, octets] of [
    [[], 0, 0],
    [[opt()], 1, 11],
    [[optWith(options)], 1, 11 + 28 + 7],
  ] as const) {
    const packet = query('none.dyn.example.', A, { id: 99, flags: 0x0100, additionals })
    await flood(service, Array(20).fill(packet))
    const answers = [
      ...(await exchangeFrom(service, CLIENT, packet)),
      ...(await exchangeFrom(service, CLIENT, packet)),
    ]
    const [answer] = answers
    if (answer === undefined || answers.length !== 1) throw new Error('not one of two')
    t.equal(answer.readUInt16BE(2), 0x8300, 'QR, TC and RD; NOERROR')
    t.strictSame(countsOf(answer), [1, 0, 0, count])
    t.equal(answer.length, 12 + 'none.dyn.example.'.length + 1 + 4 + octets)
    t.match(decode(answer), { id: 99, flag_tc: true, questions: [{ name: 'none.dyn.example' }] })
    if (octets > 11) t.equal(optionOf(answer, Option.COOKIE)?.length, 24)
  }
})

t.test('without slip nothing goes out', async (t) => {
  const rateLimits = { responsesPerSecond: 3, slip: 0, ipv4PrefixLength: 24, ipv6PrefixLength: 56 }
  const tally = await flood(limited({ rateLimits }), Array(20).fill(WWW))
  t.strictSame(tally, { sent: 3, truncated: 0, dropped: 17 })
})

t.test('0 a second is no limit', async (t) => {
  t.strictSame(await flood(new TestService(), Array(20).fill(WWW)), NONE_HELD)
})

for (const [what, packetOf] of [
  ['random names that do not exist', (n) => query(`x${n}.dyn.example.`, A)],
  ['names that one wildcard answers', (n) => query(`x${n}.wild.dyn.example.`, A)],
  ['names that one wildcard has no data for', (n) => query(`x${n}.wild.dyn.example.`, TXT)],
  ['names that one wildcard leads elsewhere', (n) => query(`x${n}.alias.dyn.example.`, A)],
  ['names below one delegation', (n) => query(`x${n}.sUb.dyn.example.`, A + (n % 2) * 15)],
  ['names below one DNAME', (n) => query(`x${n}.moved.dyn.example.`, A)],
  ['names outside our zones', (n) => query(`x${n}.elsewhere.`, A)],
  [
    'one name in whatever spelling',
    (n) => query(n % 2 ? 'www.dyn.example.' : 'WWW.DYN.Example.', A),
  ],
  ['types that are no data', (n) => query(`x${n}.dyn.example.`, [249, 250, 253, 254][n % 4] ?? 0)],
  ['questions of other classes', (n) => message({ questions: [question(`x${n}.`, A, 4)] })],
  ['no questions', () => message({})],
  ['two questions', () => message({ questions: [question('a.', A), question('b.', A)] })],
] as const satisfies readonly (readonly [string, (n: number) => Buffer])[]) {
  t.test(`${what} share an account`, async (t) => {
    t.strictSame(await flood(limited(), times(20, packetOf)), HELD)
  })
}

t.test('answers that differ have accounts of their own', async (t) => {
  const service = limited()
  t.strictSame(await flood(service, Array(20).fill(WWW)), HELD)
  // Two accounts may fall on one place of the table: not so all of these.
  const others = [
    query('www.dyn.example.', TXT),
    query('ns1.dyn.example.', A),
    query('none.dyn.example.', A),
    query('x.wild.dyn.example.', A),
    query('x.sub.dyn.example.', A),
    query('www.elsewhere.', A),
  ]
  t.ok((await flood(service, others)).sent >= others.length - 2)
})

t.test('a network has its account, whichever of its addresses asks', async (t) => {
  for (const prefix of ['192.0.2.', '2001:db8:0:12', 'fe80::12:34:56%eth']) {
    const service = limited()
    const tally: Tally = { sent: 0, truncated: 0, dropped: 0 }
    for (let n = 0; n < 20; n++) {
      const address = prefix.endsWith('12') ? `${prefix}${10 + n}::${n}` : `${prefix}${n}`
      const { sent, truncated, dropped } = await flood(service, [WWW], address)
      tally.sent += sent
      tally.truncated += truncated
      tally.dropped += dropped
    }
    t.strictSame(tally, HELD, prefix)
    const others = times(5, (n) => (prefix.includes(':') ? `2001:db8:1:${n}00::1` : `10.0.${n}.1`))
    let sent = 0
    for (const other of others) sent += (await flood(service, [WWW], other)).sent
    t.ok(sent >= 4, 'and other networks have theirs')
  }
})

t.test('over TCP there is no limit, and nothing is charged', async (t) => {
  const service = limited()
  t.strictSame(await flood(service, Array(20).fill(WWW), CLIENT, 'tcp'), NONE_HELD)
  t.strictSame(await flood(service, Array(20).fill(WWW)), HELD)
})

t.test(
  'a signed query is not limited, one whose signature does not hold tells nothing',
  async (t) => {
    const service = limited()
    t.strictSame(await flood(service, Array(20).fill(service.sign(WWW))), NONE_HELD)
    const forged = Buffer.from(service.sign(WWW))
    forged.writeUInt16BE(1, 0)
    forged.writeUInt8(forged.readUInt8(15) ^ 0x20, 15)
    const [answer] = await exchangeFrom(service, CLIENT, forged)
    t.equal(answer && rcodeOf(answer), 9, 'NOTAUTH')
    t.strictSame(await flood(service, Array(20).fill(WWW)), HELD)
  },
)

t.test('RFC 7873 §5.2.5 a client with our cookie is not limited, others are', async (t) => {
  const service = limited()
  const withCookie = (cookie: Buffer): Buffer =>
    query('www.dyn.example.', A, { additionals: [optWith([option(Option.COOKIE, cookie)])] })
  const [first] = await exchangeFrom(service, CLIENT, withCookie(Buffer.alloc(8, 5)))
  const cookie = first && optionOf(first, Option.COOKIE)
  if (cookie === undefined) throw new Error('no cookie')
  t.strictSame(await flood(service, Array(20).fill(withCookie(cookie))), NONE_HELD)
  service.clock.advanceSeconds(60)
  t.strictSame(await flood(service, Array(20).fill(withCookie(cookie.subarray(0, 8)))), HELD)
  service.clock.advanceSeconds(60)
  const stolen = await flood(service, Array(20).fill(withCookie(cookie)), '192.0.2.78')
  t.equal(stolen.sent, PER_SECOND, 'the cookie of another client')
  service.clock.advanceSeconds(3600)
  const old = await flood(service, Array(20).fill(withCookie(cookie)))
  t.equal(old.sent, PER_SECOND, 'an old cookie')
})

t.test('addresses that are exempt are not limited', async (t) => {
  const asked: string[] = []
  const service = limited({
    isUnlimited: (address) => {
      asked.push(address)
      return address === '192.0.2.9'
    },
  })
  t.strictSame(await flood(service, Array(20).fill(WWW), '192.0.2.9'), NONE_HELD)
  t.strictSame(await flood(service, Array(20).fill(WWW), CLIENT), HELD)
  t.strictSame([...new Set(asked)], ['192.0.2.9', CLIENT])
})

t.test(
  'UPDATEs, and answers that are no larger than what they answer, are not limited',
  async (t) => {
    const service = limited()
    for (const packet of [
      addition(),
      service.sign(addition()),
      message({ flags: 0x2000 }),
      WWW.subarray(0, WWW.length - 1),
      query('www.dyn.example.', A, { additionals: [opt(1232, 1)] }),
    ]) {
      t.strictSame(await flood(service, Array(20).fill(packet)), NONE_HELD)
    }
  },
)

t.test('an extended error goes with answers that are sent, not with TC', async (t) => {
  const service = limited()
  const packet = query('www.elsewhere.', A, { additionals: [opt()] })
  const seen = new Set<string>()
  for (let n = 0; n < 20; n++) {
    for (const answer of await exchangeFrom(service, CLIENT, packet)) {
      seen.add(`${rcodeOf(answer)} ${(optionsOf(answer) ?? []).join()}`)
    }
  }
  t.strictSame([...seen], ['5 15: 0014', '0 '])
})

t.test('what is dropped for having no header, or for being an answer, is counted', async (t) => {
  const service = limited()
  await exchangeFrom(service, CLIENT, WWW.subarray(0, 11))
  await exchangeFrom(service, CLIENT, query('www.dyn.example.', A, { flags: 0x8000 }))
  t.strictSame(service.counters.all(), { dropped: 2 })
})

t.test('answers are counted by transport and RCODE', async (t) => {
  const service = new TestService()
  await service.ask(WWW)
  await service.ask(WWW, 'tcp')
  await service.ask(query('none.dyn.example.', A))
  await service.ask(addition(), 'tcp')
  await service.ask(service.sign(addition()))
  await service.ask(query('www.dyn.example.', A, { additionals: [opt(1232, 1)] }))
  t.strictSame(service.counters.all(), {
    'answers tcp NOERROR': 1,
    'answers tcp REFUSED': 1,
    'answers udp BADVERS': 1,
    'answers udp NOERROR': 2,
    'answers udp NXDOMAIN': 1,
  })
})
