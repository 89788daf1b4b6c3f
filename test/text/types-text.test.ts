/** `text/types-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { TokenCursor } from '../../src/text/token-cursor.ts'
import { tokensOf } from '../../src/text/tokens.ts'
import { typeFromWord, typesFromText, typesToText } from '../../src/text/types-text.ts'
import { RrType } from '../../src/wire/codes.ts'
import { Reader } from '../../src/wire/reader.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

const read = (text: string): string => toHex(typesFromText(new TokenCursor(tokensOf(text))))

// RFC 4034 §4.3: A MX RRSIG NSEC TYPE1234
const EXAMPLE = hex(
  '00 06 400100000003 04 1b 000000000000000000000000000000000000000000000000000020',
)

t.test('RFC 4034 §4.2, §4.3 the type bit map of the example, both ways', async (t) => {
  t.equal(typesToText(new Reader(EXAMPLE)), 'A MX RRSIG NSEC TYPE1234')
  t.equal(read('A MX RRSIG NSEC TYPE1234'), toHex(EXAMPLE))
})

t.test('RFC 4034 §4.1.2 types may come in any order, any case and twice', async (t) => {
  t.equal(read('type1234 nsec RRSIG mx A a TYPE1'), toHex(EXAMPLE))
})

t.test('RFC 4034 §4.1.2 windows and octets without types are left out', async (t) => {
  t.equal(read(''), '')
  t.equal(typesToText(new Reader(hex(''))), '')
  t.equal(
    read('TYPE65535 TYPE255'),
    '0020' + '00'.repeat(31) + '01' + 'ff20' + '00'.repeat(31) + '01',
  )
})

t.test('a word that is no type is an error at its token', async (t) => {
  const [good, bad] = tokensOf('https NOPE')
  t.equal(good && typeFromWord(good), RrType.HTTPS)
  t.throws(() => bad && typeFromWord(bad), {
    message: "'NOPE' is no type; one without a name is written TYPE and its number",
    column: 7,
  })
  t.throws(() => read('A "MX"'), { message: 'a type is written without quotes', column: 3 })
})
