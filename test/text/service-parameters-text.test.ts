/** `text/service-parameters-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import {
  serviceParametersFromText,
  serviceParametersToText,
} from '../../src/text/service-parameters-text.ts'
import { TokenCursor } from '../../src/text/token-cursor.ts'
import { tokensOf } from '../../src/text/tokens.ts'
import { Reader } from '../../src/wire/reader.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

const read = (text: string): string =>
  toHex(serviceParametersFromText(new TokenCursor(tokensOf(text))))

const print = (octets: string): string | undefined =>
  serviceParametersToText(new Reader(hex(octets)))

t.test('RFC 9460 appendix D.2 the test vectors, both ways', async (t) => {
  const cases: readonly (readonly [written: string, octets: string, printed: string])[] = [
    ['', '', ''],
    ['port=53', '0003 0002 0035', 'port=53'],
    ['key667=hello', '029b 0005 68656c6c6f', 'key667="hello"'],
    ['key667="hello\\210qoo"', '029b 0009 68656c6c6fd2716f6f', 'key667="hello\\210qoo"'],
    [
      'ipv6hint="2001:db8::1,2001:db8::53:1"',
      '0006 0020 20010db8000000000000000000000001 20010db8000000000000000000530001',
      'ipv6hint=2001:db8::1,2001:db8::53:1',
    ],
    [
      'ipv6hint="2001:db8:122:344::192.0.2.33"',
      '0006 0010 20010db80122034400000000c0000221',
      'ipv6hint=2001:db8:122:344::c000:221',
    ],
    [
      'alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1',
      '0000 0004 0001 0004  0001 0009 02 6832 05 68332d3139  0004 0004 c0000201',
      'mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1',
    ],
    [
      'alpn="f\\\\\\\\oo\\\\,bar,h2"',
      '0001 000c 08 665c6f6f2c626172 02 6832',
      'alpn="f\\\\\\\\oo\\\\,bar,h2"',
    ],
    [
      'alpn=f\\\\\\092oo\\092,bar,h2',
      '0001 000c 08 665c6f6f2c626172 02 6832',
      'alpn="f\\\\\\\\oo\\\\,bar,h2"',
    ],
  ]
  for (const [written, octets, printed] of cases) {
    t.equal(read(written), toHex(hex(octets)), written)
    t.equal(print(octets), printed)
    t.equal(read(printed), toHex(hex(octets)), printed)
  }
})

t.test('RFC 9460 §7 every known key, both ways', async (t) => {
  const text = 'alpn="h3" no-default-alpn port=8443 ipv4hint=192.0.2.1,192.0.2.2 ech=AAE='
  const octets =
    '0001 0003 02 6833  0002 0000  0003 0002 20fb' + '0004 0008 c0000201 c0000202  0005 0002 0001'
  t.equal(read(text), toHex(hex(octets)))
  t.equal(print(octets), text)
})

t.test('RFC 9461 §5 dohpath is read by name, and printed as key7', async (t) => {
  const octets = '0007 0010 2f646e732d71756572797b3f646e737d'
  t.equal(read('dohpath=/dns-query{?dns}'), toHex(hex(octets)))
  t.equal(read('key7="/dns-query{?dns}"'), toHex(hex(octets)))
  t.equal(print(octets), 'key7="/dns-query{?dns}"')
})

t.test(
  'RFC 9460 §2.1 a key written as a number takes plain octets, if they have no fault',
  async (t) => {
    t.equal(read('key3=\\001\\187'), '00030002' + '01bb')
    t.equal(read('key65280'), 'ff000000')
    t.equal(read('key65280='), 'ff000000')
    t.equal(read('key65280=""'), 'ff000000')
    t.equal(print('ff00 0000'), 'key65280')
    t.equal(print('0007 0000'), 'key7')
    t.equal(read('key65280=a=b'), 'ff000003' + '613d62')
    t.throws(() => read('key3=1'), { message: 'port needs one number', column: 1 })
  },
)

t.test('RFC 9460 §2.1 keys come in any order, each once', async (t) => {
  t.equal(read('key9 port=1'), '000300020001' + '00090000')
  t.throws(() => read('port=1 key3=ab'), { message: "'key3' is given twice", column: 8 })
})

t.test('RFC 9460 §2.1 a quoted value stands right behind its key', async (t) => {
  t.equal(read('port="53"'), '000300020035')
  t.throws(() => read('port= "53"'), { message: /port needs one number|without quotes/ })
  t.throws(() => read('port=5"3"'), { message: /without quotes/, column: 7 })
  t.throws(() => read('key9"a"'), { message: /without quotes/, column: 5 })
  t.throws(() => read('"port=53"'), { message: /without quotes/, column: 1 })
})

t.test('RFC 9460 §7, §8 a bad value is an error at its key', async (t) => {
  const values = [
    'mandatory=nope,port',
    `alpn=h2,${'x'.repeat(256)}`,
    'port=65536',
    'port=-1',
    'port=53,54',
    'ipv4hint=192.0.2',
    'ipv4hint=192.0.2.1,',
    'ech=?',
    'ipv6hint=::1,::g',
  ]
  for (const text of values) {
    t.throws(() => read(`key9 ${text}`), { message: /has no valid value/, column: 6 }, text)
  }
  const faults = ['alpn=', 'alpn=h2,,h3', 'mandatory=port', 'mandatory', 'no-default-alpn', 'ech']
  for (const text of [...faults, 'alpn=h2 no-default-alpn=x']) {
    t.throws(() => read(text), { message: /needs|takes|names/ }, text)
  }
  t.throws(() => read('nope=1'), { message: /'nope' is no key; one without/, column: 1 })
  t.throws(() => read('key9="\\1"'), { message: /three digits/, column: 6 })
})

t.test('RFC 9460 §2.2 parameters that break the rules have no text', async (t) => {
  t.equal(print('0003 0001 00'), undefined)
  t.equal(print('0002 0000'), undefined)
})
