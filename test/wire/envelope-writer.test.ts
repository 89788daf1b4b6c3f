/** Messages of a transfer: how full they get, and where their names point to. */
import t from 'tap'
import { rrClassOf, rrTypeOf } from '../../src/wire/codes.ts'
import { EnvelopeWriter } from '../../src/wire/envelope-writer.ts'
import { readAnswer } from '../support/answers.ts'
import { a, named, ns, txt } from '../support/records.ts'
import { recordsOf } from '../support/tsig.ts'

const IN = rrClassOf(1)

const writerFor = (apex: string): EnvelopeWriter =>
  new EnvelopeWriter(7, 0x8400, { name: named(apex), type: rrTypeOf(252), class: IN })

const finished = (writer: EnvelopeWriter): Buffer => Buffer.from(writer.finish())

t.test('RFC 1035 §4.1.4 owners point to the zone, to each other and to themselves', async (t) => {
  const writer = writerFor('x.example.')
  writer.record(a('a.b.x.example.', '192.0.2.1'))
  writer.record(a('a.b.x.example.', '192.0.2.2'))
  writer.record(a('c.b.x.example.', '192.0.2.3'))
  writer.record(a('x.example.', '192.0.2.4'))
  const octets = finished(writer)
  const owners = recordsOf(octets).map(({ owner }) => owner.toString('hex'))
  // The question's name stands at 12, and the first owner behind the question, at 27.
  t.strictSame(owners, ['01610162c00c', 'c01b', '0163c01d', 'c00c'])
  t.strictSame(
    readAnswer(octets).answer.map((line) => line.split(' ')[0]),
    ['a.b.x.example.', 'a.b.x.example.', 'c.b.x.example.', 'x.example.'],
  )
})

t.test(
  'RFC 1035 §4.1.4 names right below the zone point to it, and equal ones to each other',
  async (t) => {
    const writer = writerFor('x.example.')
    const record = a('a.x.example.', '192.0.2.1')
    writer.record(record)
    writer.record(record)
    writer.record(a('b.x.example.', '192.0.2.2'))
    writer.record(a('c.y.example.', '192.0.2.3'))
    const octets = finished(writer)
    const owners = recordsOf(octets).map(({ owner }) => owner.toString('hex'))
    t.strictSame(owners, ['0161c00c', 'c01b', '0162c00c', '01630179c00e'])
    t.strictSame(
      readAnswer(octets).answer.map((line) => line.split(' ')[0]),
      ['a.x.example.', 'a.x.example.', 'b.x.example.', 'c.y.example.'],
    )
  },
)

t.test('the root is written as it is, for a pointer to it is longer', async (t) => {
  const writer = writerFor('.')
  writer.record(a('a.', '192.0.2.1'))
  const owners = recordsOf(finished(writer)).map(({ owner }) => owner.toString('hex'))
  t.strictSame(owners, ['016100'])
})

t.test('RFC 1035 §4.1.4 a name in RDATA points to the owner or to the one before it', async (t) => {
  const writer = writerFor('x.')
  for (const [owner, target] of [
    ['a.x.', 'ns.x.'],
    ['b.x.', 'ns.elsewhere.'],
    ['c.x.', 'ns.elsewhere.'],
    ['d.x.', 'd.x.'],
  ] as const) {
    writer.record(ns(owner, target))
  }
  const rdatas = recordsOf(finished(writer)).map(({ rdata }) => rdata.length)
  t.strictSame(rdatas, [5, '2ns9elsewhere0'.length, 2, 2])
})

t.test('RFC 1035 §2.3.3 a name is not compressed against another spelling of it', async (t) => {
  const writer = writerFor('x.')
  writer.record(a('a.x.', '192.0.2.1'))
  writer.record(a('A.x.', '192.0.2.2'))
  writer.record(a('a.X.', '192.0.2.3'))
  t.strictSame(
    readAnswer(finished(writer)).answer.map((line) => line.split(' ')[0]),
    ['a.x.', 'A.x.', 'a.X.'],
  )
})

t.test('octets that look like the end of a name do not make a label', async (t) => {
  const writer = writerFor('x.')
  writer.record(a('\\001a\\001x.', '192.0.2.1'))
  writer.record(a('a.x.', '192.0.2.2'))
  const owners = recordsOf(finished(writer)).map(({ owner }) => owner.toString('hex'))
  t.strictSame(owners, ['040161017800', '0161c00c'])
})

t.test('no name takes more than eight pointers to read', async (t) => {
  // Each name shares one label less with the one before it, as reverse zones of IPv6 have it.
  const nibbles = Array.from({ length: 32 }, () => '0')
  const writer = writerFor('ip6.arpa.')
  for (let n = 31; n >= 0; n--) {
    nibbles[31 - n] = '1'
    writer.record(ns(`${nibbles.toReversed().join('.')}.ip6.arpa.`, 'h.example.'))
    writer.record(ns(`${nibbles.join('.')}.ip6.arpa.`, 'h.example.'))
  }
  const octets = finished(writer)
  readAnswer(octets)
  for (const { start } of recordsOf(octets)) t.ok(pointersAt(octets, start) <= 9)
})

/** How many pointers lead through a name. */
const pointersAt = (octets: Buffer, start: number): number => {
  let count = 0
  for (let at = start; octets[at] !== 0;) {
    const length = octets.readUInt8(at)
    if (length >= 0xc0) count++
    at = length >= 0xc0 ? octets.readUInt16BE(at) & 0x3fff : at + length + 1
  }
  return count
}

t.test('a record goes in as long as it would fit uncompressed', async (t) => {
  const writer = writerFor('x.')
  let count = 0
  while (writer.record(txt('a.x.', 'x'.repeat(200)))) count++
  const octets = finished(writer)
  t.equal(octets.readUInt16BE(6), count)
  t.equal(writer.records, count)
  t.ok(octets.length > 0x4000 - 220 && octets.length <= 0x4000, `${octets.length}`)
})

t.test('a record that is too large for a message of that size goes in alone', async (t) => {
  const large = { ...txt('a.x.', ''), rdata: Buffer.alloc(63_990, 1) }
  const writer = writerFor('x.')
  t.ok(writer.record(large))
  t.notOk(writer.record(a('b.x.', '192.0.2.1')))
  const octets = finished(writer)
  t.equal(recordsOf(octets)[0]?.rdata.length, 63_990)
  const second = writerFor('x.')
  t.ok(second.record(a('b.x.', '192.0.2.1')))
  t.notOk(second.record(large))
})

t.test('TTLs have 32 bits', async (t) => {
  const writer = writerFor('x.')
  for (const ttl of [0, 1, 0x7fff_ffff, 0xffff_ffff]) writer.record(a('a.x.', '192.0.2.1', ttl))
  t.strictSame(
    recordsOf(finished(writer)).map(({ ttl }) => ttl),
    [0, 1, 0x7fff_ffff, 0xffff_ffff],
  )
})
