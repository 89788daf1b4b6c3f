/** `text/rdata-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { nameFromText } from '../../src/text/name-text.ts'
import { rdataFromText, rdataFromTokens, rdataToText } from '../../src/text/rdata-text.ts'
import { TokenCursor } from '../../src/text/token-cursor.ts'
import { tokensOf } from '../../src/text/tokens.ts'
import { RrType, rrTypeName, rrTypeOf } from '../../src/wire/codes.ts'
import { rdataLayout } from '../../src/wire/rdata-layout.ts'
import { isRdata } from '../../src/wire/rdata.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

const read = (type: RrType, text: string): string => {
  const result = rdataFromText(type, text)
  return result.ok ? toHex(result.rdata) : `${result.column}: ${result.why}`
}

const DIGEST = '2BB183AF5F22588179A53B0A98631FAD1A292118'

/** The text as it is printed; octets are hex, names and all. */
const cases: readonly (readonly [type: keyof typeof RrType, text: string, octets: string])[] = [
  ['A', '192.0.2.1', 'c0000201'],
  ['NS', 'ns.example.', '026e73 076578616d706c65 00'],
  ['MD', 'a.', '016100'],
  ['MF', 'a.', '016100'],
  ['CNAME', 'a\\.b.', '03612e6200'],
  [
    'SOA',
    'a. b. 4294967295 7200 600 3600000 60',
    '016100 016200 ffffffff 00001c20 00000258 0036ee80 0000003c',
  ],
  ['WKS', '\\# 6 C00002010640', 'c0000201 06 40'],
  ['NXT', '\\# 4 01610062', '016100 62'],
  ['MB', 'a.', '016100'],
  ['MG', 'a.', '016100'],
  ['MR', 'a.', '016100'],
  ['PTR', '*.a.', '012a 0161 00'],
  ['HINFO', '"PC 486" ""', '06504320343836 00'],
  ['MINFO', 'a. .', '016100 00'],
  ['MX', '10 a.', '000a 016100'],
  ['TXT', '"a b" "" "\\"\\\\\\255"', '03612062 00 03225cff'],
  ['RP', 'a. b.', '016100 016200'],
  ['AFSDB', '1 a.', '0001 016100'],
  ['RT', '1 a.', '0001 016100'],
  [
    'SIG',
    'A 5 3 3600 20030322173103 20030220173103 2642 a. AQID',
    '0001 05 03 00000e10 3e7c9dd7 3e5510d7 0a52 016100 010203',
  ],
  ['KEY', '256 3 8 AQID', '0100 03 08 010203'],
  ['KEY', '49152 3 5', 'c000 03 05'],
  ['PX', '50 a. b.', '0032 016100 016200'],
  ['AAAA', '2001:db8::1', '20010db8 00000000 00000000 00000001'],
  [
    'LOC',
    '42 21 54.000 N 71 6 18.000 W -24.00m 30.00m 10000.00m 10.00m',
    '00 33 16 13 89172dd0 70be15f0 00988d20',
  ],
  ['SRV', '0 5 5060 a.', '0000 0005 13c4 016100'],
  ['NAPTR', '100 50 "s" "http" "" a.', '0064 0032 0173 0468747470 00 016100'],
  ['KX', '10 a.', '000a 016100'],
  ['CERT', '1 65535 8 AQID', '0001 ffff 08 010203'],
  ['DNAME', 'a.', '016100'],
  ['APL', '1:192.168.32.0/21 !1:192.168.38.0/28', '0001 15 03 c0a820  0001 1c 83 c0a826'],
  ['DS', `60485 5 1 ${DIGEST}`, `ec45 05 01 ${DIGEST}`],
  ['CDS', '0 0 0 00', '0000 00 00 00'],
  ['SSHFP', `2 1 ${DIGEST}`, `02 01 ${DIGEST}`],
  [
    'RRSIG',
    'A 5 3 86400 20030322173103 20030220173103 2642 a. AQID',
    '0001 05 03 00015180 3e7c9dd7 3e5510d7 0a52 016100 010203',
  ],
  // RFC 4034 §4.3
  [
    'NSEC',
    'host.example.com. A MX RRSIG NSEC TYPE1234',
    '04686f7374 076578616d706c65 03636f6d 00 0006400100000003 041b' + '00'.repeat(26) + '20',
  ],
  ['DNSKEY', '256 3 5 AQID', '0100 03 05 010203'],
  ['CDNSKEY', '0 3 0 AA==', '0000 03 00 00'],
  ['DHCID', 'AAIBAQ==', '00020101'],
  // RFC 5155 appendix A: the owner's hash, and the types at it
  [
    'NSEC3',
    '1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM',
    '01 01 000c 04aabbccdd 14 174eb2409fe28bcb4887a1836f957f0a8425e27b 0007 2201000000 0290',
  ],
  ['NSEC3PARAM', '1 0 0 -', '01 00 0000 00'],
  ['TLSA', `3 1 1 ${DIGEST}`, `03 01 01 ${DIGEST}`],
  ['SMIMEA', `3 1 1 ${DIGEST}`, `03 01 01 ${DIGEST}`],
  ['OPENPGPKEY', 'AQID', '010203'],
  ['CSYNC', '66 3 A NS AAAA', '00000042 0003 0004 60000008'],
  ['ZONEMD', `2018031500 1 1 ${DIGEST}`, `7848b78c 01 01 ${DIGEST}`],
  ['SVCB', '16 a. alpn="h2" port=53', '0010 016100 0001 0003 026832 0003 0002 0035'],
  ['HTTPS', '0 a.', '0000 016100'],
  ['SPF', '"v=spf1 -all"', '0b763d73706631202d616c6c'],
  ['EUI48', '00-00-5e-00-53-2a', '00005e00532a'],
  ['EUI64', '00-00-5e-ef-10-00-00-2a', '00005eef1000002a'],
  ['URI', '10 1 "ftp://a/"', '000a 0001 6674703a2f2f612f'],
  ['CAA', '0 issue "ca1.example.net"', '00 056973737565 6361312e6578616d706c652e6e6574'],
]

t.test(
  'RFC 1035 §3.3 RDATA of every known type is printed, and read back as the same octets',
  async (t) => {
    for (const [mnemonic, text, octets] of cases) {
      const type = RrType[mnemonic]
      t.ok(isRdata(type, hex(octets)), `${mnemonic} ${octets}`)
      t.equal(rdataToText(type, hex(octets)), text)
      t.equal(read(type, text), toHex(hex(octets)), `${mnemonic} ${text}`)
    }
    const missing = Object.values(RrType).filter(
      (type) => rdataLayout(type) && !cases.some(([mnemonic]) => RrType[mnemonic] === type),
    )
    t.same(missing.map(rrTypeName), [], 'no type of the table is left out')
  },
)

t.test('RFC 3597 §5 RDATA of an unknown type is printed as its octets', async (t) => {
  const type = rrTypeOf(65280)
  t.equal(rdataToText(type, hex('0a000001')), '\\# 4 0A000001')
  t.equal(rdataToText(type, hex('')), '\\# 0')
  t.equal(read(type, '\\# 4 0A 00 0001'), '0a000001')
  t.equal(read(type, '\\# 0'), '')
  t.match(read(type, 'a b'), /^1: TYPE65280 has no text of its own; write \\#/)
  t.match(read(type, ''), /^1: TYPE65280 has no text of its own/)
  t.match(read(RrType.WKS, '192.0.2.1 TCP 25'), /^1: WKS has no text of its own/)
})

t.test('RFC 3597 §5 RDATA of a known type may be written as its octets', async (t) => {
  t.equal(read(RrType.A, '\\# 4 C0000201'), 'c0000201')
  t.match(read(RrType.A, '\\# 3 C00002'), /^1: this is no RDATA of A/)
  t.match(read(RrType.NS, '\\# 2 C000'), /no RDATA of NS/, 'a pointer')
  t.match(read(RrType.A, '\\# 4 C00002'), /^6: 4 octets are due here in hex/)
  t.match(read(RrType.A, '\\# 4'), /^5: 4 octets/)
  t.match(read(RrType.A, '\\# 4 xyz'), /^6: 4 octets/)
  t.match(read(RrType.A, '\\# x'), /^4: 'x' is no number from 0 to 65535/)
  t.match(read(RrType.A, '\\#'), /^3: the length of the RDATA is missing/)
  t.equal(read(RrType.TXT, '"\\#" 1'), '0123' + '0131', 'in quotes it is a string')
})

t.test('RDATA that its own format cannot say is printed as its octets', async (t) => {
  const same = (type: RrType, octets: string, text: string): void => {
    t.ok(isRdata(type, hex(octets)))
    t.equal(rdataToText(type, hex(octets)), text)
    t.equal(read(type, text), toHex(hex(octets)))
  }
  same(RrType.APL, '', '\\# 0')
  same(RrType.APL, '00030000', '\\# 4 00030000')
  same(RrType.SVCB, '0001 00 0003 0000', '\\# 7 00010000030000')
  same(
    RrType.LOC,
    '00 a0 16 13 80000000 80000000 00989680',
    '\\# 16 00A01613800000008000000000989680',
  )
  t.equal(rdataToText(RrType.A, hex('c000')), '\\# 2 C000', 'even what is no RDATA is shown')
})

t.test('RFC 4034 appendix A.1, RFC 4398 §2.1 algorithms and certificates by name', async (t) => {
  t.equal(read(RrType.CERT, 'PKIX 65535 RSASHA256 AQID'), '0001' + 'ffff' + '08' + '010203')
  t.equal(read(RrType.DNSKEY, '257 3 ed25519 AQID'), '0101' + '03' + '0f' + '010203')
  t.match(read(RrType.CERT, 'PKIX PKIX 8 AQID'), /^6: 'PKIX' is no number/)
  t.match(read(RrType.CERT, '"PKIX" 1 8 AQID'), /^1: a number is written without quotes/)
})

t.test('relative names are below the origin, and absolute without one', async (t) => {
  const origin = nameFromText('example.')
  const result = rdataFromText(RrType.MX, '10 @', origin.ok ? origin.name : undefined)
  t.equal(result.ok && toHex(result.rdata), '000a' + '076578616d706c65' + '00')
  t.equal(read(RrType.MX, '10 a'), '000a' + '016100')
})

t.test('what is missing or too much in RDATA is named with its column', async (t) => {
  t.equal(read(RrType.MX, '10'), '3: a name is missing')
  t.equal(read(RrType.MX, ''), '1: a number is missing')
  t.equal(read(RrType.A, '192.0.2.1 x'), "11: 'x' stands after the end of the record; remove it")
  t.match(read(RrType.TXT, '"a'), /^1: the quote that opens here/)
  t.match(read(RrType.A, '192.0.2.1\n192.0.2.2'), /^1: this stands on a line of its own/)
})

t.test('RFC 1035 §3.2.1 RDATA of more than 65535 octets is an error', async (t) => {
  const strings = (count: number): string => `"${'a'.repeat(255)}" `.repeat(count)
  t.equal(read(RrType.TXT, `${strings(255)}"${'a'.repeat(254)}"`).length, 2 * 0xffff)
  t.match(read(RrType.TXT, strings(256)), /^1: this RDATA has more than 65535 octets/)
  t.match(read(RrType.CAA, `0 issue "${'a'.repeat(65_529)}"`), /more than 65535/)
})

t.test('tokens that were cut elsewhere throw where they stand', async (t) => {
  const input = new TokenCursor(tokensOf('www A 192.0.2', { line: 7, column: 3 }), 2)
  t.throws(() => rdataFromTokens(RrType.A, input, undefined), {
    name: 'TextError',
    line: 7,
    column: 9,
  })
})

t.test('a bug in the caller is not taken for a mistake in the text', async (t) => {
  // What no TypeScript caller can do.
  t.throws(() => rdataFromText(RrType.A, undefined as unknown as string), { name: 'TypeError' })
})
