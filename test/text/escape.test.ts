/** `text/escape.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { decimalEscape, escapedOctet } from '../../src/text/escape.ts'

t.test('RFC 1035 §5.1 an octet is a backslash and three decimal digits', async (t) => {
  t.equal(decimalEscape(0), '\\000')
  t.equal(decimalEscape(7), '\\007')
  t.equal(decimalEscape(255), '\\255')
})

t.test('RFC 1035 §5.1 an escape is a number, or a character that is no digit', async (t) => {
  t.same(escapedOctet('\\000', 0), { ok: true, octet: 0, end: 4 })
  t.same(escapedOctet('ab\\2551', 2), { ok: true, octet: 255, end: 6 })
  t.same(escapedOctet('\\.x', 0), { ok: true, octet: 0x2e, end: 2 })
  t.same(escapedOctet('\\\\', 0), { ok: true, octet: 0x5c, end: 2 })
})

t.test('RFC 1035 §5.1 any other escape is an error', async (t) => {
  for (const text of ['\\', '\\1', '\\12', '\\1a3']) {
    t.match(escapedOctet(text, 0), { ok: false, why: /three digits/ }, text)
  }
  for (const text of ['\\256', '\\999', '\\\u00e4', '\\\u{1f600}']) {
    t.match(escapedOctet(text, 0), { ok: false, why: /up to 255, or an ASCII/ }, text)
  }
})
