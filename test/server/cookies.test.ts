/** DNS cookies against the examples of RFC 9018, and at their limits. */
import t from 'tap'
import { checkCookie, serverCookie } from '../../src/server/cookies.ts'
import { toHex } from '../../src/base/bytes.ts'
import { OptionCode, type Edns } from '../../src/wire/edns.ts'
import { hex } from '../support/messages.ts'

const client = hex('2464c4abcf10c957')
const secret = hex('e5e973e5a6b2a43f48e7dc849e37bfcf')
const address = Buffer.from([198, 51, 100, 100])
const MADE = 1_559_731_985

const withCookie = (data: Buffer): Edns => ({
  udpSize: 1232,
  version: 0,
  dnssecOk: false,
  options: [{ code: OptionCode.COOKIE, data }],
})

const ask = (data: Buffer, nowSeconds: number): ReturnType<typeof checkCookie> =>
  checkCookie(secret, withCookie(data), address, nowSeconds)

const good = Buffer.concat([client, serverCookie(secret, client, address, MADE)])

t.test('RFC 9018 §A.1 a client that has only its own cookie learns ours', async (t) => {
  const expected = '2464c4abcf10c957010000005cf79f111f8130c3eee29480'
  const check = ask(client, MADE)
  t.match(check, { kind: 'cookie', isValid: false })
  t.equal(check.kind === 'cookie' && toHex(check.answer.data), expected)
})

t.test('RFC 9018 §A.4 the same for a client on IPv6, with either of two secrets', async (t) => {
  const ipv6 = hex('20010db8 0220 0001 59de d0f4 8769 82b8')
  const other = hex('22681ab97d52c298')
  const older = serverCookie(hex('dd3bdf9344b678b185a6f5cb60fca715'), other, ipv6, 0x5cf7c579)
  const newer = serverCookie(hex('445536bcd2513298075a5d379663c962'), other, ipv6, 0x5cf7c609)
  t.equal(toHex(older), '010000005cf7c57926556bd0934c72f8')
  t.equal(toHex(newer), '010000005cf7c609a6bb79d16625507a')
})

t.test('RFC 9018 §4.3 our cookie is good for an hour, and new after half of it', async (t) => {
  for (const [age, isValid, isSame] of [
    [0, true, true],
    [1799, true, true],
    [1800, true, false],
    [3600, true, false],
    [3601, false, false],
    [-300, true, true],
    [-301, false, false],
  ] as const) {
    const check = ask(good, MADE + age)
    t.match(check, { kind: 'cookie', isValid }, `age ${age}`)
    t.equal(check.kind === 'cookie' && good.equals(check.answer.data), isSame, `age ${age}`)
  }
})

t.test('RFC 7873 §5.2.3 a cookie that is not ours is answered with one that is', async (t) => {
  const forged = Buffer.from(good)
  forged.writeUInt8(good.readUInt8(23) ^ 1, 23)
  for (const data of [forged, Buffer.concat([client, Buffer.alloc(8)])]) {
    const check = ask(data, MADE)
    t.match(check, { kind: 'cookie', isValid: false })
    t.equal(check.kind === 'cookie' && good.equals(check.answer.data), true)
  }
  const elsewhere = Buffer.from([198, 51, 100, 101])
  t.match(checkCookie(secret, withCookie(good), elsewhere, MADE), { isValid: false })
})

t.test('RFC 7873 §5.2.2 a length that no cookie has is malformed', async (t) => {
  for (const length of [0, 7, 9, 15, 41]) {
    t.equal(ask(Buffer.alloc(length), MADE).kind, 'malformed', `${length} octets`)
  }
})

t.test('RFC 7873 §5.2.1 without the option there is nothing to check', async (t) => {
  t.equal(checkCookie(secret, undefined, address, MADE).kind, 'none')
  t.equal(checkCookie(secret, { ...withCookie(client), options: [] }, address, MADE).kind, 'none')
})
