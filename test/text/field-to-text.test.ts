/** `text/field-to-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { fieldToText } from '../../src/text/field-to-text.ts'
import type { Field } from '../../src/wire/rdata-layout.ts'
import { Reader } from '../../src/wire/reader.ts'

const cases: readonly (readonly [field: Field, octets: string, text: string | undefined])[] = [
  ['u8', 'ff', '255'],
  ['u16', 'ffff', '65535'],
  ['u32', 'ffffffff', '4294967295'],
  ['ttl', '00000e10', '3600'],
  ['time', '3e7c9dd7', '20030322173103'],
  ['type', '0041', 'HTTPS'],
  ['type', 'ff00', 'TYPE65280'],
  ['ipv4', 'c0000201', '192.0.2.1'],
  ['ipv6', '20010db8000000000000000000000001', '2001:db8::1'],
  ['eui48', '00005e00532a', '00-00-5e-00-53-2a'],
  ['eui64', '00005eef1000002a', '00-00-5e-ef-10-00-00-2a'],
  ['compressible-name', '016100', 'a.'],
  ['expandable-name', '012e00', '\\..'],
  ['plain-name', '00', '.'],
  ['string', '03612062', '"a b"'],
  ['strings', '0161000162', '"a" "" "b"'],
  ['tag', '056973737565', 'issue'],
  ['long-string', '', '""'],
  ['long-string', '2261', '"\\"a"'],
  ['hex', '00abff', '00ABFF'],
  ['base64', '666f6f', 'Zm9v'],
  ['optional-base64', '', ''],
  ['salt', '00', '-'],
  ['salt', '02aabb', 'AABB'],
  ['hash', '03666f6f', 'CPNMU'],
  ['types', '000140', 'A'],
  [
    'location',
    '0012161380000000800000000098' + '9680',
    '0 0 0.000 N 0 0 0.000 E 0.00m 1.00m 10000.00m 10.00m',
  ],
  ['prefixes', '00011503c0a820', '1:192.168.32.0/21'],
  ['prefixes', '00030000', undefined],
  ['services', '40', undefined],
  ['old-types', '40', undefined],
  ['service-parameters', '000300020035', 'port=53'],
]

t.test('every kind of field is printed, and taken from the reader', async (t) => {
  for (const [field, octets, text] of cases) {
    const reader = new Reader(Buffer.from(octets, 'hex'))
    t.equal(fieldToText(field, reader), text, `${field} ${octets}`)
    t.ok(reader.ok)
    if (text !== undefined) t.equal(reader.remaining, 0, field)
  }
})
