/** RFC 7873 and RFC 9018: what a client's cookie gets, message by message. */
import t from 'tap'
import { addition, wasAdded } from '../support/addition.ts'
import { askFrom } from '../support/client-at.ts'
import { hex, message, opt, query } from '../support/messages.ts'
import { option, Option, optionOf, optionsOf, optWith, wholeRcodeOf } from '../support/options.ts'
import { SETTINGS, TestService } from '../support/service.ts'
import { countsOf, isSignedFor, rcodeOf } from '../support/tsig.ts'

const A = 1
const CLIENT = hex('2464c4abcf10c957')
const NOERROR = 0
const FORMERR = 1
const BADCOOKIE = 23

const withCookie = (cookie: Buffer): { additionals: Buffer[] } => ({
  additionals: [optWith([option(Option.COOKIE, cookie)])],
})

const asking = (cookie: Buffer): Buffer => query('www.dyn.example.', A, withCookie(cookie))

const cookieIn = (answer: Buffer): Buffer => {
  const cookie = optionOf(answer, Option.COOKIE)
  if (cookie === undefined) throw new Error('no cookie')
  return cookie
}

/** The cookie that a client at 192.0.2.77 gets from the service. */
const learned = async (service: TestService): Promise<Buffer> =>
  cookieIn(await service.ask(asking(CLIENT)))

const counted = ({ counters }: TestService): number[] =>
  ['new', 'invalid', 'valid'].map((state) => counters.of(`cookies ${state}`))

t.test('RFC 7873 §5.2.1 without a cookie in the request none is in the answer', async (t) => {
  const service = new TestService()
  t.equal(optionsOf(await service.ask(query('www.dyn.example.', A))), undefined)
  const withOpt = query('www.dyn.example.', A, { additionals: [opt()] })
  t.strictSame(optionsOf(await service.ask(withOpt)), [])
  const withOther = { additionals: [optWith([option(65001, Buffer.from('x'))])] }
  t.strictSame(optionsOf(await service.ask(query('www.dyn.example.', A, withOther))), [])
  t.strictSame(counted(service), [0, 0, 0])
})

t.test('RFC 7873 §5.2.3 a client cookie alone is answered, and gets ours with it', async (t) => {
  const service = new TestService()
  for (const transport of ['udp', 'tcp'] as const) {
    const answer = await service.ask(asking(CLIENT), transport)
    t.equal(wholeRcodeOf(answer), NOERROR)
    t.strictSame(countsOf(answer), [1, 2, 0, 1], 'the data')
    const cookie = cookieIn(answer)
    t.equal(cookie.length, 24)
    t.strictSame(cookie.subarray(0, 8), CLIENT)
  }
  t.strictSame(counted(service), [2, 0, 0])
})

t.test('RFC 7873 §5.2.5 our own cookie is taken, and comes back', async (t) => {
  const service = new TestService()
  const cookie = await learned(service)
  for (const transport of ['udp', 'tcp'] as const) {
    const answer = await service.ask(asking(cookie), transport)
    t.equal(wholeRcodeOf(answer), NOERROR)
    t.strictSame(cookieIn(answer), cookie)
  }
  t.strictSame(counted(service), [1, 0, 2])
})

t.test('RFC 7873 §5.2.4 any other server cookie is answered, with one of ours', async (t) => {
  const service = new TestService()
  const good = await learned(service)
  const others: Buffer[] = []
  // One bit of the server cookie is not ours: of its version, its reserved octets, time and hash.
  for (let at = 8; at < 24; at++) {
    const forged = Buffer.from(good)
    forged.writeUInt8(good.readUInt8(at) ^ 1, at)
    others.push(forged)
  }
  others.push(Buffer.concat([Buffer.alloc(8, 1), good.subarray(8)]))
  for (const length of [16, 23, 25, 40]) {
    others.push(Buffer.concat([good, Buffer.alloc(16)]).subarray(0, length))
  }
  for (const other of others) {
    const answer = await service.ask(asking(other))
    t.equal(wholeRcodeOf(answer), NOERROR)
    t.strictSame(countsOf(answer), [1, 2, 0, 1])
    const cookie = cookieIn(answer)
    t.strictSame(cookie.subarray(0, 8), other.subarray(0, 8), 'the client cookie as it came')
    t.equal(cookie.length, 24)
    t.notSame(cookie, other)
  }
  t.strictSame(counted(service), [1, others.length, 0])
})

t.test('RFC 7873 §4.2 a cookie is good for the address it was given to', async (t) => {
  const service = new TestService()
  for (const address of ['192.0.2.78', '2001:db8::1', 'fe80::1%eth0']) {
    const cookie = cookieIn(await askFrom(service, address, asking(CLIENT)))
    t.strictSame(cookieIn(await askFrom(service, address, asking(cookie))), cookie, address)
    t.notSame(cookieIn(await service.ask(asking(cookie))), cookie, 'and not for another')
  }
  t.strictSame(counted(service), [3, 3, 3])
})

t.test('RFC 7873 §4.2 a cookie that another secret made is not ours', async (t) => {
  const other = { cookieSecret: Buffer.alloc(16, 7) }
  const cookie = await learned(new TestService(undefined, undefined, other))
  const service = new TestService()
  t.notSame(cookieIn(await service.ask(asking(cookie))), cookie)
  t.strictSame(counted(service), [0, 1, 0])
})

t.test('RFC 9018 §4.3 a cookie is good for an hour, and replaced after half of it', async (t) => {
  for (const [age, isGood, isKept] of [
    [0, true, true],
    [1799, true, true],
    [1800, true, false],
    [3600, true, false],
    [3601, false, false],
    [-300, true, true],
    [-301, false, false],
  ] as const) {
    const service = new TestService()
    const cookie = await learned(service)
    service.clock.advanceSeconds(age)
    const next = cookieIn(await service.ask(asking(cookie)))
    t.strictSame(counted(service), [1, isGood ? 0 : 1, isGood ? 1 : 0], `${age} seconds old`)
    t.equal(next.equals(cookie), isKept, `${age} seconds old`)
    t.strictSame(cookieIn(await service.ask(asking(next))), next, 'the new one is good')
  }
})

t.test('RFC 7873 §5.2.2 a length that no cookie has is FORMERR', async (t) => {
  const good = await learned(new TestService())
  for (let length = 0; length <= 48; length++) {
    const service = new TestService()
    const answer = await service.ask(asking(Buffer.concat([good, good]).subarray(0, length)))
    const isLegal = length === 8 || (length >= 16 && length <= 40)
    t.equal(wholeRcodeOf(answer), isLegal ? NOERROR : FORMERR, `${length} octets`)
    if (isLegal) continue
    t.strictSame(countsOf(answer), [1, 0, 0, 1])
    t.strictSame(optionsOf(answer), [], 'an OPT without a cookie')
    t.strictSame(counted(service), [0, 0, 0])
  }
})

t.test('RFC 7873 §5.2.2 an UPDATE with such a cookie is FORMERR, and not done', async (t) => {
  const service = new TestService()
  const request = service.sign(addition(withCookie(CLIENT.subarray(1))))
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), FORMERR)
  t.ok(isSignedFor(answer, request))
  t.equal(await wasAdded(service), false)
})

t.test('RFC 6891 §6.1.3 in another version of EDNS it is no cookie', async (t) => {
  for (const cookie of [CLIENT, Buffer.alloc(3)]) {
    const additionals = [opt(1232, 1, 0, option(Option.COOKIE, cookie))]
    const answer = await new TestService().ask(query('www.dyn.example.', A, { additionals }))
    t.equal(wholeRcodeOf(answer), 16, 'BADVERS')
    t.strictSame(optionsOf(answer), [])
  }
})

t.test('RFC 7873 §5.4 a QUERY without a question is for those with a cookie', async (t) => {
  const service = new TestService()
  const good = await learned(service)
  const forged = Buffer.concat([good.subarray(0, 16), Buffer.alloc(8)])
  for (const [what, cookie, rcode] of [
    ['a client cookie alone', CLIENT, NOERROR],
    ['our cookie', good, NOERROR],
    ['a cookie that is not ours', forged, BADCOOKIE],
  ] as const) {
    for (const transport of ['udp', 'tcp'] as const) {
      const answer = await service.ask(message(withCookie(cookie)), transport)
      t.equal(wholeRcodeOf(answer), rcode, what)
      t.strictSame(countsOf(answer), [0, 0, 0, 1])
      t.strictSame(cookieIn(answer), good)
    }
  }
  for (const additionals of [[], [opt()], [optWith([option(Option.NSID)])]]) {
    t.equal(rcodeOf(await service.ask(message({ additionals }))), FORMERR)
  }
  t.equal(service.counters.of('answers udp BADCOOKIE'), 1)
})

t.test('RFC 7873 §5.2 answers of every kind have the cookie', async (t) => {
  const service = new TestService()
  for (const [name, type, rcode] of [
    ['none.dyn.example.', A, 3],
    ['dyn.example.', A, 0],
    ['www.elsewhere.', A, 5],
    ['dyn.example.', 253, 4],
  ] as const) {
    const answer = await service.ask(query(name, type, withCookie(CLIENT)))
    t.equal(wholeRcodeOf(answer), rcode)
    t.equal(cookieIn(answer).length, 24)
  }
  const status = await service.ask(message({ flags: 0x1000, ...withCookie(CLIENT) }))
  t.equal(rcodeOf(status), 4)
  t.equal(cookieIn(status).length, 24)
})

t.test('RFC 7873 §5.2 an UPDATE has its cookie answered, and is decided by its key', async (t) => {
  const service = new TestService()
  const cookie = await learned(service)
  const refused = await service.ask(addition(withCookie(cookie)))
  t.equal(rcodeOf(refused), 5, 'a cookie is no key')
  t.strictSame(cookieIn(refused), cookie)
  for (const transport of ['udp', 'tcp'] as const) {
    const request = service.sign(addition(withCookie(CLIENT)))
    const answer = await service.ask(request, transport)
    t.equal(rcodeOf(answer), NOERROR)
    t.strictSame(cookieIn(answer), cookie)
    t.ok(isSignedFor(answer, request), 'the signature covers the cookie')
  }
  t.equal(await wasAdded(service), true)
})

t.test('RFC 8945 §5.3 the signature of an answer covers the cookie', async (t) => {
  const service = new TestService()
  const request = service.sign(asking(CLIENT))
  const answer = await service.ask(request)
  t.equal(cookieIn(answer).length, 24)
  t.ok(isSignedFor(answer, request))
  t.equal(counted(service)[0], 1)
})

t.test('of two cookies the first counts', async (t) => {
  const service = new TestService()
  const second = option(Option.COOKIE, Buffer.alloc(3))
  const additionals = [optWith([option(Option.COOKIE, CLIENT), second])]
  const answer = await service.ask(query('www.dyn.example.', A, { additionals }))
  t.equal(wholeRcodeOf(answer), NOERROR)
  t.strictSame(cookieIn(answer).subarray(0, 8), CLIENT)
})

/** A service at that time, with the secret of RFC 9018's examples. */
const serviceAt = (timeSeconds: number): TestService => {
  const service = new TestService()
  service.clock.milliseconds = timeSeconds * 1000
  return service
}

t.test('RFC 9018 §A.1, §A.2, §A.3 the examples over IPv4, as messages', async (t) => {
  t.equal(Buffer.from(SETTINGS.cookieSecret).toString('hex'), 'e5e973e5a6b2a43f48e7dc849e37bfcf')
  for (const [timeSeconds, address, sent, expected] of [
    [
      1_559_731_985,
      '198.51.100.100',
      '2464c4abcf10c957',
      '2464c4abcf10c957010000005cf79f111f8130c3eee29480',
    ],
    [
      1_559_734_385,
      '198.51.100.100',
      '2464c4abcf10c957010000005cf79f111f8130c3eee29480',
      '2464c4abcf10c957010000005cf7a871d4a564a1442aca77',
    ],
    [
      1_559_734_700,
      '203.0.113.203',
      'fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5',
      'fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e',
    ],
  ] as const) {
    const answer = await askFrom(serviceAt(timeSeconds), address, asking(hex(sent)))
    t.equal(cookieIn(answer).toString('hex'), expected)
  }
})

t.test('RFC 9018 §4.2 the reserved octets of a cookie need not be zero', async (t) => {
  const cookie = hex('fc93fc62807ddb86 01abcdef5cf78f71a314227b6679ebf5')
  const service = serviceAt(0x5cf78f71 + 60)
  const answer = await askFrom(service, '203.0.113.203', asking(cookie))
  t.strictSame(cookieIn(answer), cookie)
  t.strictSame(counted(service), [0, 0, 1])
})
