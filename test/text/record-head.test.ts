/** `text/record-head.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { headFromTokens, type RecordHead } from '../../src/text/record-head.ts'
import { TokenCursor } from '../../src/text/token-cursor.ts'
import { tokensOf } from '../../src/text/tokens.ts'
import { RrType } from '../../src/wire/codes.ts'

const head = (text: string): RecordHead => headFromTokens(new TokenCursor(tokensOf(text)))

t.test('RFC 1035 §5.1 TTL and class come in either order, or not at all', async (t) => {
  for (const text of ['60 IN A', 'IN 60 A', '1m in a', 'CLASS1 60 TYPE1', 'Class01 60 A']) {
    t.match(head(text), { ttl: 60, type: RrType.A }, text)
  }
  t.match(head('IN MX 10'), { ttl: undefined, type: RrType.MX })
  t.match(head('MX 10'), { ttl: undefined, type: RrType.MX, typeToken: { column: 1 } })
  t.match(head('0 TXT'), { ttl: 0, type: RrType.TXT, typeToken: { column: 3 } })
})

t.test('RFC 1035 §3.2.4 a class other than IN is an error', async (t) => {
  for (const name of ['CH', 'hs', 'NONE', 'CLASS3', 'chaos', 'CLASS11']) {
    t.throws(
      () => head(`60 ${name} A`),
      { message: /is not served here; only IN/, column: 4 },
      name,
    )
  }
})

t.test('RFC 2181 §8 a TTL has 31 bits', async (t) => {
  t.match(head('2147483647 A'), { ttl: 0x7fff_ffff })
  t.throws(() => head('2147483648 A'), { message: /more than 2147483647 seconds/, column: 1 })
})

t.test('RFC 6895 §3.1 a meta type is no data', async (t) => {
  for (const name of ['ANY', 'AXFR', 'IXFR', 'TSIG', 'TKEY', 'OPT', 'MAILA', 'TYPE0', 'TYPE128']) {
    t.throws(() => head(`IN ${name}`), { message: /lives in messages only/, column: 4 }, name)
  }
})

t.test('what is no TTL, no class and no type is an error where it stands', async (t) => {
  t.throws(() => head('1x A'), { message: /'1x' is no time/, column: 1 })
  t.throws(() => head('60 IN FOO'), { message: /'FOO' is no type/, column: 7 })
  t.throws(() => head('60 IN'), { message: 'a type is missing', column: 6 })
  t.throws(() => head('60 60 A'), { message: /'60' is no type/, column: 4 })
  t.throws(() => head('IN IN A'), { message: /'IN' is no type/, column: 4 })
  t.throws(() => head('"A"'), { message: 'a type is written without quotes' })
})
