/** `text/generate.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { generateFromTokens, MAX_GENERATED } from '../../src/text/generate.ts'
import { TokenCursor } from '../../src/text/token-cursor.ts'
import { tokensOf } from '../../src/text/tokens.ts'

/** Each record as its owner and RDATA, quoted tokens in quotes. */
const rows = (text: string): string[] => {
  const { rows } = generateFromTokens(new TokenCursor(tokensOf(text)))
  const result: string[] = []
  for (let row = rows.next(); row.done !== true; row = rows.next()) {
    const rdata = row.value.rdata.map(({ text, quoted }) => (quoted ? `"${text}"` : text))
    result.push([row.value.owner.text, ...rdata].join(' '))
  }
  return result
}

t.test('$GENERATE puts the numbers of a range into owner and RDATA', async (t) => {
  t.same(rows('1-3 h$ A 192.0.2.$'), ['h1 192.0.2.1', 'h2 192.0.2.2', 'h3 192.0.2.3'])
  t.same(rows('0-10/5 $.$ 60 IN PTR x'), ['0.0 x', '5.5 x', '10.10 x'])
  t.same(rows('7-7 a A 192.0.2.1'), ['a 192.0.2.1'])
  t.match(generateFromTokens(new TokenCursor(tokensOf('1-2 a 1h IN A $'))), { head: { ttl: 3600 } })
})

t.test('$GENERATE takes an offset, a width and a base', async (t) => {
  const one = (text: string): string | undefined => rows(`26-26 a TXT ${text}`)[0]
  t.equal(one('${0}'), 'a 26')
  t.equal(one('${-6,4}'), 'a 0020')
  t.equal(one('${+1,0,o}'), 'a 33')
  t.equal(one('${0,4,x}'), 'a 001a')
  t.equal(one('${0,1,X}'), 'a 1A')
  t.equal(one('a${0}b${1}c$'), 'a a26b27c26')
})

t.test('$GENERATE writes nibbles the last one first, the width counting the dots', async (t) => {
  const one = (text: string): string | undefined => rows(`26-26 a TXT ${text}`)[0]
  t.equal(one('${0,0,n}'), 'a a.1')
  t.equal(one('${0,7,n}'), 'a a.1.0.0')
  t.equal(one('${0,7,N}'), 'a A.1.0.0')
  t.equal(one('${0,6,n}'), 'a a.1.0.', 'an even width ends in a dot')
  t.equal(one('${-26,1,n}'), 'a 0')
})

t.test('$GENERATE leaves \\$ and other escapes alone, and $$ is a plain dollar', async (t) => {
  t.same(rows('1-1 a\\$$ TXT \\\\$ $$'), ['a\\$1 \\\\1 \\$'])
})

t.test('$GENERATE takes several words, or one quoted string that holds them', async (t) => {
  t.same(rows('1-1 a MX 10 m$'), ['a 10 m1'])
  t.same(rows('1-1 a MX "10 m$"'), ['a 10 m1'])
  t.same(rows('1-1 a TXT "\\"b $\\" \\\\ c"'), ['a "b 1" \\\\ c'])
  t.same(rows('1-1 a TXT "b $" "c"'), ['a "b 1" "c"'])
})

t.test('$GENERATE says where it went wrong', async (t) => {
  const wrong = (text: string, message: RegExp, column: number): void => {
    t.throws(() => rows(text), { name: 'TextError', message, column }, text)
  }
  for (const range of ['1', '1-', '2-1', '1-2/0', 'a-b', '-1-2', '1-2147483648', '1-2/']) {
    wrong(`${range} a A 192.0.2.1`, /is no range such as/, 1)
  }
  wrong(`1-${MAX_GENERATED + 1} a A 192.0.2.1`, /makes more than 65536 records/, 1)
  wrong('', /a range is missing/, 1)
  wrong('1-2', /the owner is missing/, 4)
  wrong('1-2 a', /a type is missing/, 6)
  wrong('1-2 a A', /the RDATA is missing/, 8)
  wrong('1-2 a TXT "b \\"c"', /quote that opens here/, 14)
  for (const modifiers of ['${', '${0', '${}', '${0,1,z}', '${x}', '${0,1,d,}', '${1.5}']) {
    wrong(`1-2 a A ${modifiers}`, /after \$ stands \{offset,width,base\}/, 9)
  }
  wrong('1-2 a A ${-2}', /1-2 is no number that can stand here/, 9)
  wrong('2147483647-2147483647 a A ${1}', /is no number that can stand here/, 27)
  wrong('1-2 a A ${0,256}', /255 is the largest width/, 9)
})

t.test('$GENERATE makes 65536 records and not one more', async (t) => {
  t.equal(rows(`0-${MAX_GENERATED - 1} $ A 192.0.2.1`).length, MAX_GENERATED)
})
