/** Good cookies on the short way. */
import t from 'tap'
import { addressOctets } from '../../src/server/client-options.ts'
import { serverCookie } from '../../src/server/cookies.ts'
import { KnownCookies } from '../../src/server/known-cookies.ts'
import { OptionCode, type Edns } from '../../src/wire/edns.ts'
import { exchangeFrom } from '../support/client-at.ts'
import { FakeClock } from '../support/clock.ts'
import { message, opt, question, u16 } from '../support/messages.ts'
import { SETTINGS, TestService } from '../support/service.ts'
import { Type } from '../support/updates.ts'

const ADDRESS = '192.0.2.77'
const CLIENT = Buffer.from('2464c4abcf10c957', 'hex')

const cookieAt = (timeSeconds: number, address = ADDRESS): Buffer =>
  Buffer.concat([
    CLIENT,
    serverCookie(SETTINGS.cookieSecret, CLIENT, addressOctets(address), timeSeconds),
  ])

const optionOf = (data: Buffer, code: number = OptionCode.COOKIE): Buffer =>
  Buffer.concat([u16(code), u16(data.length), data])

const asking = (...options: readonly Buffer[]): Buffer =>
  message({
    questions: [question('www.dyn.example.', Type.A)],
    additionals: [opt(1232, 0, 0x8000, Buffer.concat(options))],
  })

t.test('RFC 7873 §5.2.5 who sent a good cookie is answered the short way, with it', async (t) => {
  const service = new TestService()
  const packet = asking(optionOf(cookieAt(service.clock.nowSeconds())))
  const plain = new TestService(undefined, undefined, { answerCache: 0 })
  t.equal(service.quickly(packet), undefined)
  const expected = await plain.ask(packet)
  t.strictSame(await service.ask(packet), expected)
  t.strictSame(service.quickly(packet), expected)
  t.strictSame(service.quickly(packet, ADDRESS, 'tcp'), expected)
  t.equal(service.counters.of('cookies valid'), 3)
  t.equal(service.quickly(packet, ADDRESS, 'udp', expected.length - 1), undefined, 'no room')
  t.equal(service.quickly(packet, '192.0.2.78'), undefined, 'another address')
})

t.test('any other cookie or option goes the long way', async (t) => {
  const service = new TestService()
  const cookie = cookieAt(service.clock.nowSeconds())
  const nsid = optionOf(Buffer.alloc(0), OptionCode.NSID)
  await service.ask(asking(optionOf(cookie)))
  const forged = Buffer.from(cookie)
  forged.writeUInt8(cookie.readUInt8(23) ^ 1, 23)
  const others: Readonly<Record<string, Buffer>> = {
    'the client alone': optionOf(CLIENT),
    forged: optionOf(forged),
    'of another length': optionOf(Buffer.concat([cookie, Buffer.of(0)])),
    'of a length that is not there': Buffer.concat([u16(10), u16(25), cookie]),
    'another option of the same length': optionOf(cookie, 0xff00),
    'beside another one': Buffer.concat([optionOf(cookie), nsid]),
  }
  for (const [what, options] of Object.entries(others)) {
    t.equal(service.quickly(asking(options)), undefined, what)
  }
  t.ok(service.quickly(asking(optionOf(cookie))))
})

t.test('RFC 9018 §4.3 a cookie that is due for a new one goes the long way', async (t) => {
  const service = new TestService()
  const cookie = cookieAt(service.clock.nowSeconds())
  const packet = asking(optionOf(cookie))
  await service.ask(packet)
  service.clock.advanceSeconds(1799)
  t.ok(service.quickly(packet))
  service.clock.advanceSeconds(1)
  t.equal(service.quickly(packet), undefined)
  t.notOk((await service.ask(packet)).includes(cookie), 'and gets one')
})

t.test('a good cookie is not limited, on either way', async (t) => {
  const rateLimits = { responsesPerSecond: 2, slip: 0, ipv4PrefixLength: 24, ipv6PrefixLength: 56 }
  const service = new TestService(undefined, undefined, { rateLimits })
  const packet = asking(optionOf(cookieAt(service.clock.nowSeconds())))
  for (let turn = 0; turn < 9; turn++) {
    t.equal((await exchangeFrom(service, ADDRESS, packet)).length, 1)
  }
})

t.test('the cookies of many addresses are remembered, and forgotten', async (t) => {
  const clock = new FakeClock()
  const cookies = new KnownCookies(clock)
  const data = cookieAt(clock.nowSeconds())
  const edns: Edns = {
    udpSize: 1232,
    version: 0,
    dnssecOk: false,
    options: [{ code: OptionCode.COOKIE, data }],
  }
  for (let host = 0; host < 4096; host++) cookies.note(`2001:db8::${host}`, edns)
  t.ok(cookies.has('2001:db8::0', data, 0))
  cookies.note('2001:db8::0', edns)
  t.ok(cookies.has('2001:db8::1', data, 0), 'what is known takes no place')
  cookies.note('2001:db8::ffff', edns)
  t.notOk(cookies.has('2001:db8::0', data, 0))
  t.ok(cookies.has('2001:db8::ffff', data, 0))
})

t.test('without a cookie there is nothing to remember', async (t) => {
  const cookies = new KnownCookies(new FakeClock())
  cookies.note(ADDRESS, undefined)
  cookies.note(ADDRESS, { udpSize: 1232, version: 0, dnssecOk: false, options: [] })
  t.notOk(cookies.has(ADDRESS, Buffer.alloc(24), 0))
})
