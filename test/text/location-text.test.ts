/** `text/location-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { locationFromText, locationToText } from '../../src/text/location-text.ts'
import { TokenCursor } from '../../src/text/token-cursor.ts'
import { tokensOf } from '../../src/text/tokens.ts'
import { Reader } from '../../src/wire/reader.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

const read = (text: string): string => {
  const input = new TokenCursor(tokensOf(text))
  const octets = toHex(locationFromText(input))
  input.finish()
  return octets
}

const print = (octets: string): string | undefined => locationToText(new Reader(hex(octets)))

t.test('RFC 1876 §4 the examples, both ways', async (t) => {
  const cases: readonly (readonly [written: string, octets: string, printed: string])[] = [
    [
      '42 21 54 N 71 06 18 W -24m 30m',
      // 42°21'54" is 152514000 above 2^31; 71°6'18" is 255978000 below it; -24 m is 9997600
      '00 33 16 13 89172dd0 70be15f0 00988d20',
      '42 21 54.000 N 71 6 18.000 W -24.00m 30.00m 10000.00m 10.00m',
    ],
    [
      '42 21 43.952 N 71 5 6.344 W -24m 1m 200m',
      '00 12 24 13 89170690 70bf2dd8 00988d20',
      '42 21 43.952 N 71 5 6.344 W -24.00m 1.00m 200.00m 10.00m',
    ],
    [
      '52 14 05 N 00 08 50 E 10m',
      '00 12 16 13 8b3556c8 80081650 00989a68',
      '52 14 5.000 N 0 8 50.000 E 10.00m 1.00m 10000.00m 10.00m',
    ],
    [
      '32 7 19 S 116 2 25 E 10m',
      '00 12 16 13 791b7d28 98e64868 00989a68',
      '32 7 19.000 S 116 2 25.000 E 10.00m 1.00m 10000.00m 10.00m',
    ],
  ]
  for (const [written, octets, printed] of cases) {
    t.equal(read(written), toHex(hex(octets)), written)
    t.equal(read(printed), toHex(hex(octets)), printed)
    t.equal(print(octets), printed)
  }
})

t.test('RFC 1876 §3 minutes, seconds, sizes and the m may be left out', async (t) => {
  t.equal(read('0 n 0 e 0'), '00' + '121613' + '80000000' + '80000000' + '00989680')
  t.equal(read('0 1 N 0 0 1 E 0.5m'), '00' + '121613' + '8000ea60' + '800003e8' + '009896b2')
})

t.test(
  'RFC 1876 §2 the poles, the far meridian and the ends of altitude are in range',
  async (t) => {
    const cases: readonly (readonly [text: string, octets: string])[] = [
      ['90 0 0.000 S 180 0 0.000 W -100000.00m', '6cb02700 59604e00 00000000'],
      ['90 0 0.000 N 180 0 0.000 E 42849672.95m', '934fd900 a69fb200 ffffffff'],
    ]
    for (const [place, octets] of cases) {
      // 0 is 0x00, a centimetre 0x10, the largest size 0x99
      t.equal(read(`${place} 0.00m 0.01m 90000000.00m`), `00001099${octets.replace(/ /g, '')}`)
      t.equal(print(`00001099${octets}`), `${place} 0.00m 0.01m 90000000.00m`)
    }
  },
)

t.test('RFC 1876 appendix A a size is rounded down to one digit', async (t) => {
  t.equal(read('0 N 0 E 0 12345m 0.99m 9.9m').slice(2, 8), '16' + '91' + '92')
  t.equal(read('0 N 0 E 0 0 0 0').slice(2, 8), '000000')
})

t.test('RFC 1876 §2 what is undefined on the wire has no text', async (t) => {
  const [size, angle, altitude] = ['12 16 13', '80000000', '00989680']
  t.type(print(`00 ${size} ${angle} ${angle} ${altitude}`), 'string')
  for (const odd of ['a0 16 13', '12 1a 13', '12 16 03']) {
    t.equal(print(`00 ${odd} ${angle} ${angle} ${altitude}`), undefined, odd)
  }
  t.equal(print(`00 ${size} 00000000 ${angle} ${altitude}`), undefined, 'beyond the pole')
  t.equal(print(`00 ${size} ${angle} ffffffff ${altitude}`), undefined, 'beyond 180 degrees')
})

t.test('RFC 1876 §3 what is out of range or misspelt is an error at its token', async (t) => {
  const wrong = (text: string, message: RegExp, column: number): void => {
    t.throws(() => read(text), { message, column }, text)
  }
  wrong('91 N 0 E 0', /'91' is no part of a latitude/, 1)
  wrong('90 0 0.001 N 0 E 0', /this latitude is more than 90 degrees/, 1)
  wrong('0 N 180 0 1 E 0', /this longitude is more than 180/, 5)
  wrong('0 60 N 0 E 0', /'60' is no part/, 3)
  wrong('0 0 60 N 0 E 0', /'60' is no part/, 5)
  wrong('0 0.5 N 0 E 0', /'0\.5' is no part/, 3)
  wrong('0 0 0.0001 N 0 E 0', /'0\.0001' is no part/, 5)
  wrong('0 0 0 0 N 0 E 0', /a latitude ends in N or S/, 7)
  wrong('0 E 0 E 0', /'E' is no part/, 3)
  wrong('0 N 0', /longitude is missing/, 6)
  wrong('0 N 0 E', /altitude is missing/, 8)
  wrong('0 N 0 E -100000.01m', /is no length from -100000\.00m/, 9)
  wrong('0 N 0 E 42849672.96m', /to 42849672\.95m/, 9)
  wrong('0 N 0 E 0km', /is no length/, 9)
  wrong('0 N 0 E 0 -1m', /is no length from 0\.00m/, 11)
  wrong('0 N 0 E 0 90000000.01m', /to 90000000\.00m/, 11)
  wrong('0 N 0 E 0 1 1 1 1', /after the end/, 17)
})
