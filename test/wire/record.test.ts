/** `wire/record.ts`: octets in, octets out. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { Reader } from '../../src/wire/reader.ts'
import { readQuestion, readRecords } from '../../src/wire/record.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

// a. A IN, 60 s, 192.0.2.1
const RECORD = '01 61 00  0001 0001  0000003c  0004 c0000201'

t.test('RFC 1035 §4.1.2 a question is a name, a type and a class', async (t) => {
  const reader = new Reader(hex('01 61 00 0006 00ff'))
  const question = readQuestion(reader)
  t.equal(toHex(question.name), '016100')
  t.match(question, { type: 6, class: 255 })
  t.ok(reader.ok)
})

t.test('RFC 1035 §4.1.3 a record keeps where its RDATA is in the packet', async (t) => {
  const reader = new Reader(hex(`ffff ${RECORD} c002 0010 00fe ffffffff 0000`), 2)
  const [first, second, ...more] = readRecords(reader, 2)
  t.ok(reader.ok)
  t.same(more, [])
  t.match(first, { offset: 2, type: 1, class: 1, ttl: 60, rdataOffset: 15, rdataLength: 4 })
  // RFC 2136 §2.5.4: TYPE TXT, CLASS NONE, and no RDATA at all
  t.match(second, { offset: 19, type: 16, class: 254, ttl: 0xffff_ffff, rdataLength: 0 })
  t.equal(second && toHex(second.owner), '016100')
})

t.test('records that end early leave the reader not ok, whatever the count claims', async (t) => {
  const reader = new Reader(hex(RECORD))
  t.equal(readRecords(reader, 0xffff).length, 2, 'it stops at the first that does not fit')
  t.notOk(reader.ok)
})
