/** The numbers of a SOA, read and written where RFC 1035 §3.3.13 has them. */
import t from 'tap'
import { serialOfApex, soaMinimum, soaOf, soaSerial, withSoaSerial } from '../../src/zone/soa.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { hex, wireName } from '../support/messages.ts'
import { a, named, nodeOf, ns, SOA, soa } from '../support/records.ts'

// Names of different lengths, one of them the root: the numbers count from the end.
const NUMBERS = hex('f1020304 00001c20 00000384 00093a80 8000012c')
const LONG = Buffer.concat([wireName('ns1.some.where.example.'), wireName('h.example.'), NUMBERS])
const SHORT = Buffer.concat([hex('00 00'), NUMBERS])

t.test('RFC 1035 §3.3.13 SERIAL and MINIMUM are read as 32 unsigned bits', async (t) => {
  for (const rdata of [LONG, SHORT]) {
    t.equal(soaSerial(rdata), 0xf102_0304)
    t.equal(soaMinimum(rdata), 0x8000_012c)
  }
  t.equal(soaSerial(new Uint8Array(LONG)), 0xf102_0304, 'of any kind of octets')
})

t.test('RFC 1035 §3.3.13 another serial changes nothing else, and makes a copy', async (t) => {
  const original = Buffer.from(LONG)
  const changed = withSoaSerial(original, serialOf(0xffff_fffe))
  t.same(original, LONG)
  const expected = Buffer.concat([
    LONG.subarray(0, -20),
    hex('fffffffe'),
    LONG.subarray(LONG.length - 16),
  ])
  t.same(Buffer.from(changed), expected)
})

t.test('the SOA of a zone is the one at its apex', async (t) => {
  const apex = nodeOf(ns('example.', 'ns1.example.'), soa('example.', 42, 900))
  t.same(soaOf(apex), { ttl: 900, rdata: soa('example.', 42).rdata })
  t.equal(serialOfApex(apex), 42)
})

t.test('a zone without a SOA is our own mistake', async (t) => {
  const owner = named('example.')
  t.throws(() => soaOf(undefined), /without a SOA/)
  t.throws(() => soaOf(nodeOf(a('example.', '192.0.2.1'))), /without a SOA/)
  t.throws(() => soaOf({ owner, rrsets: [{ type: SOA, ttl: 1, rdatas: [] }] }), /without a SOA/)
})
