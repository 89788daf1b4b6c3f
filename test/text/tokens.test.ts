/** `text/tokens.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { shown, TextError, Tokenizer, tokensOf } from '../../src/text/tokens.ts'

/** Each entry as its tokens' texts, quoted ones in quotes, after `_` when it is indented. */
const entries = (...chunks: string[]): string[] => {
  const tokenizer = new Tokenizer(chunks)
  const result: string[] = []
  for (let entry = tokenizer.next(); entry !== undefined; entry = tokenizer.next()) {
    const texts = entry.tokens.map(({ text, quoted }) => (quoted ? `"${text}"` : text))
    result.push((entry.indented ? '_ ' : '') + texts.join(' '))
  }
  return result
}

t.test('RFC 1035 §5.1 a line is an entry, and blanks stand between its tokens', async (t) => {
  t.same(entries('a  b\tc\n d\n\n  \n\te\r\n'), ['a b c', '_ d', '_ e'])
  t.same(entries(''), [])
  t.same(entries('no end of line'), ['no end of line'])
})

t.test('RFC 1035 §5.1 a comment runs from a semicolon to the end of its line', async (t) => {
  t.same(entries('a ; b "c (\n;\nd;e'), ['a', 'd'])
  t.same(entries('a \\; "b;c"'), ['a \\; "b;c"'])
})

t.test('RFC 1035 §5.1 parentheses join lines', async (t) => {
  t.same(entries('a ( b ; (\n c\n\n)d\ne'), ['a b c d', 'e'])
  t.same(entries('a (b(c)\nd)e\nf'), ['a b c d e', 'f'], 'nested, as BIND takes them')
})

t.test('RFC 1035 §5.1 quotes keep blanks, and escapes stay in the token', async (t) => {
  t.same(entries('"a b" "" "c\\"d" e\\ f \\"g'), ['"a b" "" "c\\"d" e\\ f \\"g'])
  t.same(tokensOf('alpn="h2" "x"y'), [
    { text: 'alpn=', quoted: false, glued: false, line: 1, column: 1 },
    { text: 'h2', quoted: true, glued: true, line: 1, column: 6 },
    { text: 'x', quoted: true, glued: false, line: 1, column: 11 },
    { text: 'y', quoted: false, glued: true, line: 1, column: 14 },
  ])
})

t.test('every token knows its line and column, whatever the chunks are', async (t) => {
  const text = 'one (two ; x\n  "three"\n) four\n\n five\n'
  const places = (chunks: Iterable<string>): string[] => {
    const tokenizer = new Tokenizer(chunks)
    const result: string[] = []
    for (let entry = tokenizer.next(); entry !== undefined; entry = tokenizer.next()) {
      for (const { text, line, column } of entry.tokens) result.push(`${text}@${line}:${column}`)
    }
    return result
  }
  const expected = ['one@1:1', 'two@1:6', 'three@2:3', 'four@3:3', 'five@5:2']
  t.same(places([text]), expected)
  t.same(places(text), expected, 'one character a chunk')
  // Comments of this length push the tokens over the borders of what is gathered at a time.
  const comment = `; ${'x'.repeat(65_600)}\n`
  for (let cut = 0; cut < 60; cut += 1) {
    const before = comment.slice(0, -1 - cut) + '\n'
    const moved = expected.map((place) =>
      place.replace(/@(\d)/, (_, line) => `@${Number(line) + 1}`),
    )
    t.same(places([before, text]), moved)
    t.same(places([before + text.slice(0, cut), text.slice(cut)]), moved)
  }
})

t.test('a quote or a parenthesis that is never closed is an error where it opens', async (t) => {
  t.throws(() => entries('a\n b "c\nd"\n'), {
    name: 'TextError',
    message: /quote that opens here is not closed/,
    line: 2,
    column: 4,
  })
  for (const text of ['a "b', 'a "b\\', 'a "b\\\n"']) {
    t.throws(() => entries(text), { message: /not closed on its line/, line: 1, column: 3 })
  }
  t.throws(() => entries('a\nb (c (\n) d'), { message: /'\(' that opens here/, line: 2, column: 3 })
  t.throws(() => entries('a\nb )'), { message: /'\)' without/, line: 2, column: 3 })
})

t.test('a backslash does not join lines', async (t) => {
  t.same(entries('a\\\nb'), ['a\\', 'b'])
  t.same(entries('a\\'), ['a\\'])
})

t.test('an entry that never ends is given up, not kept in memory', async (t) => {
  let chunks = 0
  const endless = function* (): Generator<string> {
    yield 'a (\n'
    for (;;) {
      chunks++
      yield 'b '.repeat(50_000)
    }
  }
  const tokenizer = new Tokenizer(endless())
  t.throws(() => tokenizer.next(), { message: /too long; is a parenthesis/, line: 1, column: 1 })
  t.ok(chunks < 100)
})

t.test('a tokenizer that is closed tells its source', async (t) => {
  let closed = false
  const source = function* (): Generator<string> {
    try {
      yield 'a\n'.repeat(100_000)
      yield 'b\n'
    } finally {
      closed = true
    }
  }
  const tokenizer = new Tokenizer(source())
  t.equal(tokenizer.next()?.tokens.length, 1)
  t.notOk(closed)
  tokenizer.close()
  t.ok(closed)
  t.doesNotThrow(() => {
    new Tokenizer(['a']).close()
  }, 'an array has nothing to be told')
})

t.test('a text that stands alone is one entry', async (t) => {
  t.same(tokensOf(''), [])
  t.equal(tokensOf(' a (\nb)').length, 2)
  t.match(tokensOf('a', { line: 4, column: 9 }), [{ line: 4, column: 9 }])
  t.throws(() => tokensOf('a\nb c'), { message: /line of its own/, line: 2, column: 1 })
})

t.test('messages quote the text, and cut it when it is long', async (t) => {
  t.equal(shown('abc'), "'abc'")
  t.equal(shown('a'.repeat(41)), `'${'a'.repeat(40)}…'`)
  t.ok(new TextError('why', { line: 1, column: 2 }) instanceof Error)
})
