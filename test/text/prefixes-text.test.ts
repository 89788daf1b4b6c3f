/** `text/prefixes-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { prefixesFromText, prefixesToText } from '../../src/text/prefixes-text.ts'
import { TokenCursor } from '../../src/text/token-cursor.ts'
import { tokensOf } from '../../src/text/tokens.ts'
import { Reader } from '../../src/wire/reader.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

const read = (text: string): string => toHex(prefixesFromText(new TokenCursor(tokensOf(text))))

const print = (octets: string): string | undefined => prefixesToText(new Reader(hex(octets)))

t.test('RFC 3123 §7 the examples, both ways', async (t) => {
  const cases: readonly (readonly [text: string, octets: string])[] = [
    ['1:192.168.32.0/21 !1:192.168.38.0/28', '0001 15 03 c0a820  0001 1c 83 c0a826'],
    [
      '1:192.168.42.0/26 1:192.168.42.64/26 !1:192.168.42.128/25',
      '0001 1a 03 c0a82a  0001 1a 04 c0a82a40  0001 19 84 c0a82a80',
    ],
    ['1:127.0.0.1/32 1:172.16.64.0/22', '0001 20 04 7f000001  0001 16 03 ac1040'],
    ['1:224.0.0.0/4 2:ff00::/8', '0001 04 01 e0  0002 08 01 ff'],
  ]
  for (const [text, octets] of cases) {
    t.equal(read(text), toHex(hex(octets)), text)
    t.equal(print(octets), text)
  }
})

t.test('RFC 3123 §4 zero octets at the end of an address are left out', async (t) => {
  t.equal(read('1:0.0.0.0/0'), '00010000')
  t.equal(read('!2:::/0'), '00020080')
  t.equal(print('00010000 00020080'), '1:0.0.0.0/0 !2:::/0')
  t.equal(read(''), '')
  t.equal(print(''), '')
})

t.test('RFC 3123 §4 a family that nobody knows has no text', async (t) => {
  t.equal(print('0003 00 00'), undefined)
})

t.test('RFC 3123 §5 anything else is no prefix', async (t) => {
  const texts = [
    '1:192.0.2.0',
    '1:192.0.2.0/33',
    '2:::/129',
    '3:192.0.2.0/24',
    '1:::/0',
    '2:1.2.3.4/0',
  ]
  for (const text of [
    ...texts,
    '!!1:192.0.2.0/24',
    '192.0.2.0/24',
    '1:192.0.2/24',
    '1:192.0.2.0/-1',
  ]) {
    t.throws(
      () => read(`1:0.0.0.0/0 ${text}`),
      { message: /is no prefix such as/, column: 13 },
      text,
    )
  }
})
