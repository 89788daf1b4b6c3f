/** Journal entries as octets, as the drawing in their file has them. */
import t from 'tap'
import { decodeJournalEntry, encodeJournalEntry } from '../../src/store/journal-entry.ts'
import { serialOf } from '../../src/zone/serial.ts'
import type { JournalEntry } from '../../src/zone/zone.ts'
import { hex, u32 } from '../support/messages.ts'
import { a, lineOf, named, txt } from '../support/records.ts'

const ENTRY: JournalEntry = {
  changeset: {
    serialBefore: serialOf(0xffff_ffff),
    serialAfter: serialOf(1),
    removed: [a('w.x.', '192.0.2.1', 0x7fff_ffff)],
    added: [txt('W.x.', 'hi', 0), a('.', '192.0.2.2')],
  },
  author: { principal: 'key:k\u00e4.', source: '192.0.2.77#5353', transport: 'tcp' },
  grants: ['k. zonesub ANY', ''],
  timeMilliseconds: 1_700_000_000_123,
}

const NOTE =
  '{"author":{"principal":"key:k\u00e4.","source":"192.0.2.77#5353","transport":"tcp"},' +
  '"grants":["k. zonesub ANY",""]}'

const note = Buffer.from(NOTE, 'utf8')

const OCTETS = Buffer.concat([
  hex('0000018bcfe5687b'),
  hex('ffffffff 00000001'),
  u32(note.length),
  note,
  hex('00000001 00000002'),
  hex('05 0177 0178 00 0001 7fffffff 0004 c0000201'),
  hex('05 0157 0178 00 0010 00000000 0003 026869'),
  hex('01 00 0001 00000e10 0004 c0000202'),
])

t.test('an entry is kept as its file draws it', async (t) => {
  t.same(encodeJournalEntry(ENTRY), OCTETS)
})

t.test('an entry is read as its file draws it', async (t) => {
  const { changeset, author, grants, timeMilliseconds } = decodeJournalEntry(OCTETS)
  t.equal(changeset.serialBefore, 0xffff_ffff)
  t.equal(changeset.serialAfter, 1)
  t.same(changeset.removed.map(lineOf), ENTRY.changeset.removed.map(lineOf))
  t.same(changeset.added.map(lineOf), ENTRY.changeset.added.map(lineOf))
  t.same(author, ENTRY.author)
  t.same(grants, ENTRY.grants)
  t.equal(timeMilliseconds, 1_700_000_000_123)
})

t.test('an entry of extremes comes back as it was', async (t) => {
  const owner = named(`${['a', 'b', 'c'].map((c) => c.repeat(63)).join('.')}.${'d'.repeat(61)}.`)
  const large = { ...a('x.', '192.0.2.1'), owner, rdata: Buffer.alloc(65_535, 7) }
  const entry: JournalEntry = {
    ...ENTRY,
    changeset: { ...ENTRY.changeset, removed: [], added: Array.from({ length: 40 }, () => large) },
    grants: [],
    timeMilliseconds: Date.UTC(9999, 11, 31),
  }
  const back = decodeJournalEntry(encodeJournalEntry(entry))
  t.same(back.changeset.removed, [])
  t.same(back.changeset.added.map(lineOf), entry.changeset.added.map(lineOf))
  t.equal(back.timeMilliseconds, entry.timeMilliseconds)
})
