/** The TSIG RR, read and written; the octets are put together by the test itself. */
import t from 'tap'
import {
  readTsig,
  tsigLength,
  tsigRecord,
  tsigVariables,
  type Tsig,
} from '../../src/access/tsig-rr.ts'
import { RrType, rrClassOf } from '../../src/wire/codes.ts'
import type { RecordView } from '../../src/wire/record.ts'
import { hex, rr, wireName } from '../support/messages.ts'
import { name } from '../support/service.ts'
import { CLASS_ANY, TSIG, tsigFields, tsigRdata } from '../support/tsig.ts'

const tsig: Tsig = {
  keyName: name('Key.Example.'),
  algorithmName: name('HMAC-sha256.'),
  timeSigned: 0x0001_6553_f100,
  fudge: 300,
  mac: hex('0102030405060708090a'),
  originalId: 0xbeef,
  error: 18,
  otherData: hex('f0f1f2f3f4f5'),
}

/** The same for the builder of the tests. */
const fields = tsigFields({
  ...tsig,
  keyName: Buffer.from(tsig.keyName),
  algorithmName: Buffer.from(tsig.algorithmName),
  mac: Buffer.from(tsig.mac),
  otherData: Buffer.from(tsig.otherData),
})

const OCTETS = rr(fields.keyName, TSIG, CLASS_ANY, 0, tsigRdata(fields))

/** The record as the message parser sees it, at some offset in a packet. */
const viewOf = (rdata: Buffer, rrClass = CLASS_ANY, ttl = 0): [Buffer, RecordView] => {
  // A name, so that a pointer has somewhere to lead.
  const before = wireName('hmac-sha256.')
  const after = Buffer.from('what comes after')
  const view = {
    offset: 0,
    owner: tsig.keyName,
    type: RrType.TSIG,
    class: rrClassOf(rrClass),
    ttl,
    rdataOffset: before.length,
    rdataLength: rdata.length,
  }
  return [Buffer.concat([before, rdata, after]), view]
}

t.test('RFC 8945 §4.2 a TSIG RR is read field by field', async (t) => {
  t.strictSame(readTsig(...viewOf(tsigRdata(fields))), tsig)
})

t.test('RFC 8945 §4.2 CLASS is ANY and TTL is 0, or it is no TSIG', async (t) => {
  const rdata = tsigRdata(fields)
  for (const rrClass of [1, 254]) t.equal(readTsig(...viewOf(rdata, rrClass)), undefined)
  for (const ttl of [1, 0xffff_ffff]) {
    t.equal(readTsig(...viewOf(rdata, CLASS_ANY, ttl)), undefined)
  }
})

t.test('RFC 8945 §4.2 RDATA of another length is no TSIG', async (t) => {
  const rdata = tsigRdata(fields)
  for (let end = 0; end < rdata.length; end++) {
    t.equal(readTsig(...viewOf(rdata.subarray(0, end))), undefined, `${end} octets`)
  }
  const longer = Buffer.concat([rdata, Buffer.alloc(1)])
  t.equal(readTsig(...viewOf(longer)), undefined, 'one octet more')
})

t.test('RFC 3597 §4 a compressed algorithm name is none', async (t) => {
  const rdata = tsigRdata({ ...fields, algorithmName: hex('c000') })
  t.equal(readTsig(...viewOf(rdata)), undefined)
})

t.test('RFC 8945 §4.2 a TSIG RR is written as it is read, names as they are spelled', async (t) => {
  t.strictSame(tsigRecord(tsig), OCTETS)
})

t.test('RFC 8945 §4.2 the largest values are written whole', async (t) => {
  const most = { timeSigned: 0xffff_ffff_ffff, fudge: 0xffff, originalId: 0xffff, error: 0xffff }
  const expected = tsigRdata({ ...fields, ...most })
  t.strictSame(tsigRecord({ ...tsig, ...most }).subarray(-expected.length), expected)
  t.strictSame(readTsig(...viewOf(expected)), { ...tsig, ...most })
})

t.test('the length is known before the MAC is', async (t) => {
  const { keyName, algorithmName } = tsig
  t.equal(tsigLength(keyName, algorithmName, 10, 6), OCTETS.length)
  t.equal(tsigLength(keyName, algorithmName, 0, 0), OCTETS.length - 16)
  t.equal(tsigLength(name('.'), name('.'), 0, 0), 28)
})

t.test('RFC 8945 §4.3.3 names are digested in lower case, MAC and original ID not', async (t) => {
  const expected = Buffer.concat([
    wireName('key.example.'),
    hex('00ff 00000000'),
    wireName('hmac-sha256.'),
    hex('00016553f100 012c 0012 0006 f0f1f2f3f4f5'),
  ])
  t.strictSame(tsigVariables(tsig), expected)
  t.strictSame(tsigVariables({ ...tsig, mac: hex('ff'), originalId: 1 }), expected)
})
