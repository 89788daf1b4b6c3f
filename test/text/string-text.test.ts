/** `text/string-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { joinedValues, quotedText, stringOctets, valueList } from '../../src/text/string-text.ts'
import type { Token } from '../../src/text/tokens.ts'

const token = (text: string): Token => ({ text, quoted: true, glued: false, line: 2, column: 7 })

const octets = (text: string): string => toHex(stringOctets(text, token(text)))

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

t.test('RFC 1035 §5.1 a string is printed in quotes, with what needs it escaped', async (t) => {
  t.equal(quotedText(latin1('')), '""')
  t.equal(quotedText(latin1('a b;(c)')), '"a b;(c)"')
  t.equal(quotedText(latin1('"\\')), '"\\"\\\\"')
  t.equal(quotedText(latin1('\n\u007f\u00ff')), '"\\010\\127\\255"')
})

t.test('RFC 1035 §5.1 a string is read with its escapes undone', async (t) => {
  t.equal(octets(''), '')
  t.equal(octets('a b'), '612062')
  t.equal(octets('\\"\\\\\\;\\000\\255z'), '225c3b' + '00ff7a')
})

t.test('a bad escape or a character outside ASCII is an error at its token', async (t) => {
  t.throws(() => octets('a\\1'), { name: 'TextError', message: /three digits/, line: 2, column: 7 })
  t.throws(() => octets('caf\u00e9'), { message: /outside ASCII; write each/, line: 2, column: 7 })
})

t.test('RFC 9460 appendix A.1 a value list is cut at commas that are not escaped', async (t) => {
  const list = (text: string): string[] =>
    valueList(latin1(text)).map((value) => Buffer.from(value).toString('latin1'))
  t.same(list('h2,h3-19'), ['h2', 'h3-19'])
  t.same(list('f\\\\oo\\,bar,h2'), ['f\\oo,bar', 'h2'])
  t.same(list(''), [''])
  t.same(list('a,,b,'), ['a', '', 'b', ''])
  t.same(list('a\\'), ['a\\'], 'a backslash at the end stands for itself')
})

t.test('RFC 9460 appendix A.1 values are joined with commas and backslashes escaped', async (t) => {
  const joined = joinedValues([latin1('f\\oo,bar'), latin1('h2')])
  t.equal(Buffer.from(joined).toString('latin1'), 'f\\\\oo\\,bar,h2')
})
