/** `text/name-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { nameFromText, nameToText } from '../../src/text/name-text.ts'
import { nameFromLabels, rootName, type Name } from '../../src/wire/name.ts'

const named = (...labels: string[]): Name => {
  const name = nameFromLabels(labels.map((label) => Buffer.from(label, 'latin1')))
  if (name === undefined) throw new Error('no name')
  return name
}

const ORIGIN = named('dyn', 'example')

const read = (text: string, origin?: Name): string => {
  const result = nameFromText(text, origin)
  return result.ok ? toHex(result.name) : result.why
}

t.test('RFC 1035 §5.1 a name is printed absolute, spelled as it is', async (t) => {
  t.equal(nameToText(rootName), '.')
  t.equal(nameToText(named('WWW', 'Example')), 'WWW.Example.')
  t.equal(nameToText(named('*', '_tcp', 'a-b')), '*._tcp.a-b.')
})

t.test('RFC 1035 §5.1 what means something in a master file is escaped', async (t) => {
  t.equal(nameToText(named('.\\";()@$')), '\\.\\\\\\"\\;\\(\\)\\@\\$.')
  t.equal(nameToText(named('\u0000 \u007f\u00ff~!')), '\\000\\032\\127\\255~!.')
})

t.test('RFC 1035 §5.1 escapes are read in any label', async (t) => {
  t.equal(read('a\\.b.\\000\\255\\ .'), '03612e62' + '0300ff20' + '00')
  t.equal(read('\\@', ORIGIN), '0140' + toHex(ORIGIN), 'the label, not the origin')
  t.equal(read('a@b$#/.'), '066140622423' + '2f' + '00', 'no escape is needed inside')
})

t.test('RFC 1035 §5.1 a name without a dot at its end is below the origin', async (t) => {
  t.equal(read('www', ORIGIN), '03777777' + toHex(ORIGIN))
  t.equal(read('www.', ORIGIN), '0377777700')
  t.equal(read('@', ORIGIN), toHex(ORIGIN))
  t.equal(read('.', ORIGIN), '00')
})

t.test('a name without an origin is absolute, as operators mean it', async (t) => {
  t.equal(read('www.example'), '03777777' + '076578616d706c65' + '00')
  t.equal(read('@'), "'@' stands for the origin, and there is none here")
})

t.test('RFC 1035 §2.3.4 labels of 63 and names of 255 octets are the longest', async (t) => {
  const label = 'a'.repeat(63)
  t.equal(read(`${label}.`).length, 2 * 65)
  t.match(read(`${label}a.`), /64 octets, and 63 is the most/)
  t.match(read(`${label}a`), /64 octets, and 63 is the most/)
  const most = `${label}.${label}.${label}.${'a'.repeat(61)}`
  t.equal(read(most).length, 2 * 255)
  t.equal(read(`${most}.`).length, 2 * 255)
  const expected = 'the name is longer than 255 octets'
  t.equal(read(`${most}a`), expected)
  t.equal(read(`${most}a.`), expected)
  t.equal(read(`${most.slice(0, -1)}.`, ORIGIN).length, 2 * 254)
  t.equal(read(most, ORIGIN), expected, 'with the origin')
  t.equal(read('a.'.repeat(127)).length, 2 * 255)
  t.equal(read(`${'a.'.repeat(127)}a`), expected)
  t.equal(read('a.'.repeat(128)), expected)
  t.equal(read('a.'.repeat(5000)), expected)
})

t.test('RFC 1035 §3.1 only the root label is empty', async (t) => {
  t.equal(read(''), 'the name is empty')
  for (const text of ['..', 'a..', '.a', 'a..b.']) {
    t.equal(read(text), 'the name has an empty label', text)
  }
})

t.test('a bad escape in a name says how to write one', async (t) => {
  t.match(read('a\\25.'), /three digits/)
  t.match(read('a\\999.'), /up to 255/)
})

t.test('characters outside ASCII ask for the A-label, blanks for their number', async (t) => {
  t.match(read('b\u00fccher.example.'), /A-label \(xn--\.\.\.\)/)
  t.match(read('a b.'), /\\DDD, its decimal value/)
  t.match(read('a\tb.'), /control character/)
  t.match(read('a\u007f.'), /control character/)
})
