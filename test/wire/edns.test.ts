/** The OPT pseudo-RR, both ways. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import {
  extendedErrorOption,
  optLength,
  optRecord,
  readOpt,
  type Edns,
} from '../../src/wire/edns.ts'
import { Reader } from '../../src/wire/reader.ts'
import { readRecords } from '../../src/wire/record.ts'

const read = (text: string): Edns | undefined => {
  const packet = Buffer.from(text.replace(/\s/g, ''), 'hex')
  const [record] = readRecords(new Reader(packet), 1)
  if (record === undefined) throw new Error('no record')
  return readOpt(packet, record)
}

t.test('RFC 6891 §6.1.2 the OPT record is the size, the version, DO and options', async (t) => {
  // root, OPT, 4096 octets, extended rcode 0, version 1, DO, RDLENGTH 11:
  // COOKIE (10) of 3 octets, and the option 65001 of none
  const edns = read('00 0029 1000 00 01 8000 000b  000a 0003 010203  fde9 0000')
  t.match(edns, { udpSize: 4096, version: 1, dnssecOk: true })
  t.same(
    edns?.options.map(({ code, data }) => [code, toHex(data)]),
    [
      [10, '010203'],
      [65001, ''],
    ],
  )
})

t.test('RFC 3225 §3 DO is one bit of the TTL and its neighbours are not', async (t) => {
  t.match(read('00 0029 0200 00 00 7fff 0000'), { dnssecOk: false, options: [] })
})

t.test('RFC 6891 §6.1.2 options that run out of the RDATA are an error', async (t) => {
  t.equal(read('00 0029 0200 00 00 0000 0003  000a 00'), undefined)
  t.equal(read('00 0029 0200 00 00 0000 0005  000a 0002 01'), undefined)
})

t.test('RFC 6891 §6.1.3 our OPT has the upper bits of the rcode, and DO as asked', async (t) => {
  // root, OPT, 1232 octets, extended rcode 1 (BADVERS is 16), version 0, flags, no options
  const none = { udpSize: 1232, options: [] }
  const badvers = optRecord({ ...none, rcode: 16, dnssecOk: false })
  t.equal(toHex(badvers), '00' + '0029' + '04d0' + '01' + '00' + '0000' + '0000')
  const plain = optRecord({ ...none, rcode: 0, dnssecOk: true })
  t.equal(toHex(plain), '00' + '0029' + '04d0' + '00' + '00' + '8000' + '0000')
  t.equal(plain.length, optLength([]))
})

t.test('RFC 8914 §2 an extended error is an option of a code and a text', async (t) => {
  const options = [
    { code: 3, data: Buffer.from('ns1') },
    extendedErrorOption({ code: 20, text: 'no' }),
  ]
  const record = optRecord({ udpSize: 512, options, rcode: 5, dnssecOk: false })
  t.equal(
    toHex(record),
    '00' +
      '0029' +
      '0200' +
      '00' +
      '00' +
      '0000' +
      '000f' +
      '00030003' +
      '6e7331' +
      '000f0004' +
      '00146e6f',
  )
  t.equal(record.length, optLength(options))
})
