/** `text/token-cursor.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { TokenCursor } from '../../src/text/token-cursor.ts'
import { tokensOf } from '../../src/text/tokens.ts'

const cursor = (text: string, index?: number): TokenCursor => new TokenCursor(tokensOf(text), index)

t.test('tokens are taken one after the other', async (t) => {
  const input = cursor('a "b" c', 1)
  t.ok(input.more)
  t.match(input.upcoming, { text: 'b' })
  t.match(input.next('x'), { text: 'b', quoted: true })
  t.match(input.word('x'), { text: 'c' })
  t.notOk(input.more)
  t.equal(input.upcoming, undefined)
  t.doesNotThrow(() => {
    input.finish()
  })
})

t.test('what is missing is an error behind the last token', async (t) => {
  const behind = (text: string, column: number): void => {
    const input = cursor(text, 1)
    t.throws(() => input.next('a name'), { message: 'a name is missing', line: 1, column }, text)
  }
  behind('abc', 4)
  behind('"b"', 4)
  behind('', 1)
})

t.test('quotes where none belong are an error', async (t) => {
  t.throws(() => cursor('a "b"', 1).word('a name'), {
    message: 'a name is written without quotes',
    column: 3,
  })
})

t.test('the words that are left are joined', async (t) => {
  t.equal(cursor('a bc d', 0).joinedWords('hex'), 'abcd')
  t.throws(() => cursor('a', 1).joinedWords('hex'), { message: 'hex is missing' })
  t.throws(() => cursor('a "b"', 0).joinedWords('hex'), { message: /without quotes/, column: 3 })
})

t.test('what is left over is an error where it stands', async (t) => {
  t.throws(
    () => {
      cursor('a b').finish()
    },
    { message: "'a' stands after the end of the record; remove it", column: 1 },
  )
})
