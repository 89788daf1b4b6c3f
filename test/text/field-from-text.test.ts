/** `text/field-from-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { fieldFromText, nameFromWord } from '../../src/text/field-from-text.ts'
import { nameFromText } from '../../src/text/name-text.ts'
import { TokenCursor } from '../../src/text/token-cursor.ts'
import { tokensOf } from '../../src/text/tokens.ts'
import type { TextField } from '../../src/wire/rdata-layout.ts'

const origin = nameFromText('o.')

const read = (field: TextField, text: string): string => {
  const input = new TokenCursor(tokensOf(text))
  const octets = fieldFromText(field, input, origin.ok ? origin.name : undefined)
  input.finish()
  return toHex(octets)
}

const good: readonly (readonly [field: TextField, text: string, octets: string])[] = [
  ['u8', '255', 'ff'],
  ['u16', '65535', 'ffff'],
  ['u32', '4294967295', 'ffffffff'],
  ['ttl', '1h', '00000e10'],
  ['ttl', '4294967295', 'ffffffff'],
  ['time', '20030322173103', '3e7c9dd7'],
  ['time', '1', '00000001'],
  ['type', 'https', '0041'],
  ['type', 'TYPE65280', 'ff00'],
  ['type', '0', '0000'],
  ['ipv4', '192.0.2.1', 'c0000201'],
  ['ipv6', '2001:db8::1', '20010db8000000000000000000000001'],
  ['eui48', '00-00-5e-00-53-2A', '00005e00532a'],
  ['eui64', '00-00-5e-ef-10-00-00-2a', '00005eef1000002a'],
  ['compressible-name', 'a', '0161016f00'],
  ['expandable-name', 'a.', '016100'],
  ['plain-name', '@', '016f00'],
  ['string', 'a', '0161'],
  ['string', '"a b"', '03612062'],
  ['strings', 'a "" "b c"', '0161' + '00' + '03622063'],
  ['tag', 'issue', '056973737565'],
  ['long-string', `"${'a'.repeat(300)}"`, '61'.repeat(300)],
  ['long-string', '""', ''],
  ['hex', '00 ab FF', '00abff'],
  ['base64', 'Zm 9v', '666f6f'],
  ['optional-base64', '', ''],
  ['optional-base64', 'Zm9v', '666f6f'],
  ['salt', '-', '00'],
  ['salt', 'AAbb', '02aabb'],
  ['hash', 'cpnmu', '03666f6f'],
  ['types', 'A', '000140'],
  ['location', '0 N 0 E 0', '00121613800000008000000000989680'],
  ['prefixes', '1:192.168.32.0/21', '00011503c0a820'],
  ['service-parameters', 'port=53', '000300020035'],
]

const bad: readonly (readonly [field: TextField, text: string, message: RegExp])[] = [
  ['u8', '256', /no number from 0 to 255/],
  ['u16', '65536', /no number from 0 to 65535/],
  ['u32', '4294967296', /no number from 0 to 4294967295/],
  ['ttl', '1x', /no time/],
  ['ttl', '7102w', /more than 4294967295/],
  ['time', '2003032217310', /no number/],
  ['type', '1', /no type/],
  ['ipv4', '192.0.2', /'192\.0\.2' is no IPv4 address/],
  ['ipv6', '::g', /'::g' is no IPv6 address/],
  ['eui48', '00-00-5e-ef-10-00-00-2a', /no EUI-48/],
  ['eui64', '00-00-5e-00-53-2a', /no EUI-64/],
  ['plain-name', 'a..b', /'a\.\.b': the name has an empty label/],
  ['plain-name', '"a"', /a name is written without quotes/],
  ['string', `"${'a'.repeat(256)}"`, /more than 255 octets; cut it/],
  ['strings', '', /a string is missing/],
  ['tag', 'a-b', /'a-b' is no property tag/],
  ['tag', '"issue"', /without quotes/],
  ['tag', 'a'.repeat(256), /no property tag/],
  ['long-string', '', /a string is missing/],
  ['hex', '', /hex is missing/],
  ['hex', 'abc', /from here on this is no valid hex/],
  ['hex', 'xy', /no valid hex/],
  ['base64', 'Zm9', /no valid base64/],
  ['base64', '', /base64 is missing/],
  ['optional-base64', '?', /no valid base64/],
  ['salt', 'abc', /no hex/],
  ['salt', 'ab'.repeat(256), /this hex has more than 255 octets/],
  ['hash', '-', /no base32hex/],
  ['hash', 'C', /no base32hex/],
]

t.test('every kind of field is read', async (t) => {
  for (const [field, text, octets] of good) t.equal(read(field, text), octets, `${field} ${text}`)
})

t.test('RFC 1035 §3.3, §3.3.14 every kind of field says what is wrong with it', async (t) => {
  for (const [field, text, message] of bad) {
    t.throws(() => read(field, text), { name: 'TextError', message }, `${field} ${text}`)
  }
})

t.test('a name in a token is an error where the token stands', async (t) => {
  const [token] = tokensOf('   a\\1')
  t.throws(() => token && nameFromWord(token, undefined), {
    message: /^'a\\1': after '\\' stand three digits/,
    column: 4,
  })
})
