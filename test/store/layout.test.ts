/** Keys and values of the databases, as the table in layout.ts draws them. */
import t from 'tap'
import {
  decodeU32,
  decodeZone,
  encodeU32,
  encodeZone,
  garbageKey,
  garbageRange,
  journalKey,
  keyUseKey,
  keyUseRange,
  metaKey,
  nodeKey,
  rangeOfZone,
  secretIdOfKeyUseKey,
  sequenceOfJournalKey,
  zoneIdOf,
  zoneIdOfGarbageKey,
  zoneKey,
} from '../../src/store/layout.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { hex } from '../support/messages.ts'
import { named, shownName } from '../support/records.ts'

const ID = zoneIdOf(0x0102_03ff)

t.test('numbers are big-endian', async (t) => {
  t.same(encodeU32(0xf102_0304), hex('f1020304'))
  t.equal(decodeU32(hex('f1020304')), 0xf102_0304)
  t.equal(decodeU32(new Uint8Array([0, 0, 1, 0])), 256)
})

t.test('keys of meta are words, and garbage has an id', async (t) => {
  t.equal(metaKey.layout.toString(), 'layout')
  t.equal(metaKey.nextZoneId.toString(), 'next-zone-id')
  t.equal(metaKey.writer.toString(), 'writer')
  t.same(garbageKey(ID), Buffer.concat([Buffer.from('garbage'), hex('010203ff')]))
  t.equal(zoneIdOfGarbageKey(garbageKey(ID)), ID)
})

t.test(
  'the range of garbage has every id that a store will ever use, and nothing else',
  async (t) => {
    const { start, end } = garbageRange
    for (const id of [1, 255, 256, 0x7fff_ffff, 0x8000_0000].map(zoneIdOf)) {
      const key = garbageKey(id)
      t.ok(Buffer.compare(start, key) <= 0 && Buffer.compare(key, end) < 0, `${id}`)
    }
    for (const key of Object.values(metaKey)) {
      t.notOk(Buffer.compare(start, key) <= 0 && Buffer.compare(key, end) < 0, key.toString())
    }
  },
)

t.test('a zone is found by its apex in lower case, and kept as it was spelled', async (t) => {
  t.same(zoneKey(named('Dyn.EXAMPLE.')), hex('03 64796e 07 6578616d706c65 00'))
  t.same(zoneKey(named('\\200A.')), hex('02 c8 61 00'))
  const octets = encodeZone(ID, named('Dyn.x.'))
  t.same(octets, hex('010203ff 03 44796e 01 78 00'))
  const { id, apex } = decodeZone(octets)
  t.equal(id, ID)
  t.equal(shownName(apex), 'Dyn.x.')
})

t.test('a node has the id of its zone and its name key', async (t) => {
  t.same(nodeKey(ID, nameKeyOf(named('B.a.'))), hex('010203ff 61 00 62 00'))
  t.same(nodeKey(ID, nameKeyOf(named('\\000\\001\\255.'))), hex('010203ff 01 01 01 02 ff 00'))
  t.same(nodeKey(ID, nameKeyOf(named('.'))), hex('010203ff'))
})

t.test('a journal entry has the id of its zone and its number', async (t) => {
  t.same(journalKey(ID, 1), hex('010203ff 0000000000000001'))
  t.same(journalKey(ID, 2 ** 40), hex('010203ff 0000010000000000'))
  t.equal(sequenceOfJournalKey(journalKey(ID, 2 ** 40 + 3)), 2 ** 40 + 3)
})

t.test('the range of a zone has what begins with its id, and nothing else', async (t) => {
  const { start, end } = rangeOfZone(ID)
  const isIn = (key: Buffer): boolean =>
    Buffer.compare(start, key) <= 0 && Buffer.compare(key, end) < 0
  const [before, after] = [zoneIdOf(ID - 1), zoneIdOf(ID + 1)]
  const last = nameKeyOf(named(`${'\\255'.repeat(63)}.`))
  t.ok(isIn(nodeKey(ID, nameKeyOf(named('.')))))
  t.ok(isIn(nodeKey(ID, last)))
  t.ok(isIn(journalKey(ID, 0)))
  t.notOk(isIn(nodeKey(before, last)))
  t.notOk(isIn(nodeKey(after, nameKeyOf(named('.')))))
  t.notOk(isIn(journalKey(before, Number.MAX_SAFE_INTEGER)))
})

t.test('the last use of a secret stands under its digest and the name of its key', async (t) => {
  const id = '\xfe\x01\x01k\x00'
  const key = keyUseKey(id)
  t.same(key, Buffer.concat([Buffer.from('key-use'), hex('fe01016b00')]))
  t.equal(secretIdOfKeyUseKey(key), id)
  t.ok(Buffer.compare(keyUseRange.start, key) < 0 && Buffer.compare(key, keyUseRange.end) < 0)
  for (const other of Object.values(metaKey)) {
    const isInside =
      Buffer.compare(keyUseRange.start, other) <= 0 && Buffer.compare(other, keyUseRange.end) < 0
    t.notOk(isInside)
  }
})
