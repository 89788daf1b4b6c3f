/** `wire/rdata.ts`: octets in, octets out. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { RrType, rrTypeName, rrTypeOf } from '../../src/wire/codes.ts'
import { rdataLayout } from '../../src/wire/rdata-layout.ts'
import {
  canonicalRdata,
  isRdata,
  MAX_RDATA_LENGTH,
  nameRanges,
  rdataAt,
  rdataEquals,
} from '../../src/wire/rdata.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

type Case = readonly [type: keyof typeof RrType, rdata: string, meaning: string]

const good: readonly Case[] = [
  ['A', 'c0000201', '192.0.2.1'],
  ['AAAA', '20010db8 00000000 00000000 00000001', '2001:db8::1'],
  ['SOA', '00 00 00000001 00000002 00000003 00000004 00000005', 'root names and five numbers'],
  ['MX', '000a 01 61 00', '10 a.'],
  ['TXT', '00', 'one empty string'],
  ['TXT', '01 61 02 6262', 'two strings'],
  ['HINFO', '00 00', 'two empty strings'],
  ['DNSKEY', '0100 03 08', 'no key'],
  ['DNSKEY', '0100 03 08 01', 'a key'],
  ['RRSIG', '0001 05 03 00015180 00000000 00000000 0a52 00 01', 'one octet of signature'],
  ['NSEC', '00 0001 40', 'A'],
  ['NSEC', '00', 'no types'],
  ['NSEC', '00 0001 40 ff 01 01', 'A and TYPE65287'],
  ['NSEC3', '01 01 000c 00 01 00', 'no salt, a hash of one octet, no types'],
  ['NSEC3PARAM', '01 00 0000 02 aabb', 'a salt'],
  ['LOC', '00 12 16 13 80000000 80000000 00989680', 'zero north, zero east, altitude zero'],
  ['APL', '', 'no prefixes'],
  ['APL', '0001 15 03 c0a820', '1:192.168.32.0/21'],
  ['APL', '0001 1c 84 c0a82610', '!1:192.168.38.16/28'],
  ['APL', '0002 80 90 ' + '01'.repeat(16), 'sixteen octets of IPv6, negated'],
  ['APL', '0003 ff 7f ' + '01'.repeat(127), 'a family that nobody knows'],
  ['SVCB', '0001 00', 'no parameters'],
  ['SVCB', '0001 00 0001 0003 026832 0003 0002 01bb', 'alpn=h2 port=443'],
  ['EUI48', '00005e00532a', '00-00-5e-00-53-2a'],
  ['EUI64', '00005eef1000002a', '00-00-5e-ef-10-00-00-2a'],
  ['CAA', '00 05 6973737565', 'issue, no value'],
  ['URI', '000a 0001', 'an empty target'],
  ['DS', '0001 05 01 ff', 'one octet of digest'],
  ['WKS', 'c0000201 06', '192.0.2.1, TCP, no services'],
  ['WKS', 'c0000201 06 00000040', 'SMTP'],
  ['NXT', '00 40', 'A'],
  ['NXT', '00 ff', 'RFC 2535 §5.2: another format'],
  ['NXT', '00' + '00'.repeat(15) + '01', 'type 127'],
]

const bad: readonly Case[] = [
  ['A', 'c00002', 'three octets'],
  ['A', 'c000020100', 'five octets'],
  ['AAAA', '20010db8', 'four octets'],
  ['MX', '000a', 'no name'],
  ['MX', '000a 01 61 00 00', 'an octet behind the name'],
  ['MX', '000a c000', 'a pointer, which only a message may hold'],
  ['SOA', '00 00 00000001 00000002 00000003 00000004', 'four numbers'],
  ['TXT', '', 'no string'],
  ['TXT', '02 61', 'a cut string'],
  ['TXT', '01 61 01', 'a cut second string'],
  ['DNSKEY', '0100 03', 'no algorithm'],
  ['DS', '0001 05 01', 'no digest'],
  ['CERT', '0001 0000 00', 'no certificate'],
  ['WKS', '', 'nothing'],
  ['WKS', 'c0000201', 'no protocol'],
  ['NXT', 'ff', 'a cut name'],
  ['NXT', 'c000 40', 'a pointer, which only a message may hold'],
  ['NXT', '00', 'RFC 2535 §5.2: no bit map'],
  ['NXT', '00 4000', 'RFC 2535 §5.2: a bit map that ends in zero'],
  ['NXT', '00' + '00'.repeat(16) + '01', 'RFC 2535 §5.2: a bit map of 17 octets'],
  ['NSEC', '00 0000', 'RFC 4034 §4.1.2: a window without octets'],
  ['NSEC', '00 0021' + '01'.repeat(33), 'RFC 4034 §4.1.2: a window of 33 octets'],
  ['NSEC', '00 0002 4000', 'RFC 4034 §4.1.2: a window that ends in zero'],
  ['NSEC', '00 0101 40 0001 40', 'RFC 4034 §4.1.2: windows that fall'],
  ['NSEC', '00 0001 40 0001 40', 'RFC 4034 §4.1.2: a window twice'],
  ['NSEC', '00 0002 40', 'a cut window'],
  ['NSEC3', '01 01 000c 00 00 00', 'RFC 5155 §3.2: no hash'],
  ['NSEC3PARAM', '01 00 0000 02 aa', 'a cut salt'],
  ['LOC', '01 12 16 13 80000000 80000000 00989680', 'RFC 1876 §2: version 1'],
  ['LOC', '00 12 16 13 80000000 80000000', 'no altitude'],
  ['APL', '0001 21 00', 'RFC 3123 §4.1: a prefix of 33 bits'],
  ['APL', '0001 20 05 0102030405', 'RFC 3123 §4.1: five octets of IPv4'],
  ['APL', '0001 18 04 c0000200', 'RFC 3123 §4: a zero at the end'],
  ['APL', '0002 81 00', 'RFC 3123 §4.2: a prefix of 129 bits'],
  ['APL', '0002 80 11' + '01'.repeat(17), 'RFC 3123 §4.2: seventeen octets of IPv6'],
  ['APL', '0001 18 03 c000', 'a cut address'],
  ['SVCB', '0001 00 0003 0002 01bb 0001 0003 026832', 'RFC 9460 §2.2: keys that fall'],
  ['SVCB', '0001 00 0003 0002 01bb 0003 0002 01bb', 'RFC 9460 §2.2: a key twice'],
  ['SVCB', '0001 00 0003 0002 01', 'a cut value'],
  ['SVCB', '0001 00 0003', 'a key without a length'],
  ['CAA', '00 00', 'RFC 8659 §4.1: an empty tag'],
  ['CAA', '00 02 612d', 'RFC 8659 §4.1: a tag with a dash'],
  ['CAA', '00 03 6161', 'a cut tag'],
  ['EUI48', '00005e0053', 'five octets'],
  ['EUI64', '00005eef100000', 'seven octets'],
]

t.test('RFC 1035 §3.3, §3.4 RDATA that is what the type says is taken as it stands', async (t) => {
  for (const [mnemonic, rdata, meaning] of good) {
    const octets = hex(rdata)
    const read = rdataAt(octets, RrType[mnemonic], 0, octets.length)
    t.equal(read && toHex(read), toHex(octets), `${mnemonic}: ${meaning}`)
    t.ok(isRdata(RrType[mnemonic], octets), `${mnemonic}: ${meaning}`)
  }
})

t.test('RFC 1035 §3.3.14, §3.4 RDATA that is not what the type says is refused', async (t) => {
  for (const [mnemonic, rdata, meaning] of bad) {
    t.notOk(isRdata(RrType[mnemonic], hex(rdata)), `${mnemonic}: ${meaning}`)
  }
})

t.test('RFC 3597 §3 any octets are RDATA of a type that nobody knows', async (t) => {
  t.ok(isRdata(rrTypeOf(65280), hex('')))
  t.ok(isRdata(rrTypeOf(65280), hex('c000')))
})

t.test('RFC 1035 §3.2.1 RDATA has 65535 octets at most', async (t) => {
  t.ok(isRdata(RrType.WKS, new Uint8Array(MAX_RDATA_LENGTH)))
  t.notOk(isRdata(RrType.WKS, new Uint8Array(MAX_RDATA_LENGTH + 1)))
})

t.test('RFC 3597 §4 names in RDATA that came compressed are expanded', async (t) => {
  // at 0 the name a. / at 3 an MX that points there / at 7 an SOA whose names both do, with labels
  const packet = hex(
    '01 61 00' + '000a c000' + '01 6d c000 01 72 c000 00000001 00000002 00000003 00000004 00000005',
  )
  const at = (type: RrType, offset: number, length: number): string | undefined => {
    const rdata = rdataAt(packet, type, offset, length)
    return rdata && toHex(rdata)
  }
  t.equal(at(RrType.MX, 3, 4), '000a' + '016100')
  t.equal(at(RrType.SOA, 7, 28), '016d016100' + '0172016100' + toHex(packet.subarray(15)))
  t.equal(at(RrType.KX, 3, 4), undefined, 'RFC 2230 names are never compressed')
  t.equal(at(RrType.MX, 3, 3), undefined, 'the pointer is cut')
})

t.test(
  'RFC 3597 §4 uncompressed RDATA holds no pointers, even if its length hides them',
  async (t) => {
    // PX 0 and two names: a label and a pointer to offset 1 (the root), then a pointer to that name.
    // One is an octet shorter when expanded, the other an octet longer.
    t.notOk(isRdata(RrType.PX, hex('0000 0161c001 c002')))
  },
)

t.test('RFC 1035 §3.2.1 names that expand beyond 65535 octets are refused', async (t) => {
  const name = Buffer.concat([...Array.from({ length: 127 }, () => hex('01 61')), hex('00')])
  // A CNAME cannot be that long: only an SOA with its two names comes close, so a type whose
  // RDATA is a name and octets up to the end has to serve: SIG.
  const sig = hex('0001 05 03 00000000 00000000 00000000 0000 c000')
  const packet = Buffer.concat([name, sig, Buffer.alloc(0xffff - 300, 1)])
  const length = packet.length - name.length
  t.equal(rdataAt(packet, RrType.SIG, name.length, length)?.length, length - 2 + 255)
  const longer = Buffer.concat([packet, Buffer.alloc(100, 1)])
  t.equal(rdataAt(longer, RrType.SIG, name.length, length + 100), undefined)
})

t.test('the names in RDATA are found where they stand', async (t) => {
  const soa = hex('01 6d 00 01 72 00 00000001 00000002 00000003 00000004 00000005')
  const both = [
    { start: 0, end: 3 },
    { start: 3, end: 6 },
  ]
  t.same(nameRanges(RrType.SOA, soa, 'any'), both)
  t.same(nameRanges(RrType.SOA, soa, 'compressible'), both)
  const srv = hex('0000 0000 0035 01 73 00')
  t.same(nameRanges(RrType.SRV, srv, 'any'), [{ start: 6, end: 9 }])
  t.same(nameRanges(RrType.SRV, srv, 'compressible'), [], 'RFC 2782: never compressed')
  t.same(nameRanges(RrType.A, hex('c0000201'), 'any'), [])
  t.same(nameRanges(rrTypeOf(65280), hex('016100'), 'any'), [], 'RFC 3597 §4: opaque')
})

t.test(
  'RFC 4034 §6.2 the canonical form has its names in lower case, and nothing else',
  async (t) => {
    const canonical = (type: RrType, rdata: string): string =>
      toHex(canonicalRdata(type, hex(rdata)))
    t.equal(canonical(RrType.MX, '4142 01 41 00'), '4142016100', 'a preference that spells AB')
    t.equal(canonical(RrType.TXT, '01 41'), '0141')
    // NAPTR with flags S, no service, no regexp and the replacement S.
    t.equal(
      canonical(RrType.NAPTR, '0001 0002 01 53 00 00 01 53 00'),
      '00010002015300' + '00017300',
    )
  },
)

t.test(
  'RFC 2136 §1.1.1 records are the same if they differ in the case of names only',
  async (t) => {
    const equal = (type: RrType, a: string, b: string): boolean => rdataEquals(type, hex(a), hex(b))
    t.ok(equal(RrType.NS, '01 41 00', '01 61 00'))
    t.ok(equal(RrType.NS, '01 61 00', '01 61 00'))
    t.notOk(equal(RrType.NS, '01 61 00', '01 62 00'))
    t.notOk(equal(RrType.NS, '01 61 00', '02 6161 00'))
    t.notOk(equal(RrType.TXT, '01 41', '01 61'), 'strings keep their case')
    t.notOk(equal(rrTypeOf(65280), '01 41 00', '01 61 00'), 'RFC 3597 §6: octet by octet')
  },
)

t.test('RFC 3123 §4 APL alone of the known types may have RDATA without octets', async (t) => {
  const empty = Object.values(RrType).filter(
    (type) => rdataLayout(type) !== undefined && isRdata(type, new Uint8Array(0)),
  )
  t.same(empty.map(rrTypeName), ['APL'])
})
