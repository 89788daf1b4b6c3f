/** `wire/reader.ts`: octets in, octets out. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { rootName } from '../../src/wire/name.ts'
import { Reader } from '../../src/wire/reader.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

t.test('numbers of every width are read in network byte order', async (t) => {
  const reader = new Reader(hex('01 0203 ff050607 08090a0b0c0d'))
  t.equal(reader.u8(), 0x01)
  t.equal(reader.u16(), 0x0203)
  t.equal(reader.u32(), 0xff050607)
  t.equal(reader.u48(), 0x08090a0b0c0d)
  t.equal(reader.remaining, 0)
  t.ok(reader.ok)
})

t.test('octets are taken as a view, a rest or skipped', async (t) => {
  const reader = new Reader(hex('0102030405'))
  t.equal(toHex(reader.bytes(2)), '0102')
  reader.skip(1)
  t.equal(toHex(reader.rest()), '0405')
  t.ok(reader.ok)
})

t.test('after the first read that does not fit every read gives zeros', async (t) => {
  const reader = new Reader(hex('010203'))
  t.equal(reader.u32(), 0x0102_0300, 'the octets that were there')
  t.notOk(reader.ok)
  t.equal(reader.u8(), 0)
  t.equal(reader.bytes(1).length, 0)
  t.equal(reader.rest().length, 0)
  reader.skip(0)
  t.notOk(reader.ok)
})

t.test('a reader keeps to its end even when the packet goes on', async (t) => {
  const packet = hex('01 61 00 ffff')
  const reader = new Reader(packet, 0, 2)
  t.equal(reader.name(), rootName, 'the name goes on behind the end')
  t.notOk(reader.ok)
})

t.test(
  'RFC 1035 §4.1.4 a name is read with its pointers, and the cursor stands behind',
  async (t) => {
    // at 0 the name a. / at 3 the name b.a. / then 0x2a
    const reader = new Reader(hex('01 61 00 01 62 c000 2a'), 3)
    t.equal(toHex(reader.name()), '0162016100')
    t.equal(reader.u8(), 0x2a)
    t.ok(reader.ok)
  },
)

t.test('a name that is none is the root, and the reader is not ok', async (t) => {
  for (const bad of ['', '40', 'c000', '01 61']) {
    const reader = new Reader(hex(bad))
    t.equal(reader.name(), rootName, bad)
    t.notOk(reader.ok, bad)
  }
  const forbidding = new Reader(hex('01 61 00 c000'), 3)
  t.equal(forbidding.name('forbid'), rootName)
  t.notOk(forbidding.ok)
})

t.test('a name after a failed read is the root', async (t) => {
  const reader = new Reader(hex('01 61 00'))
  reader.skip(9)
  t.equal(reader.name(), rootName)
  t.equal(reader.offset, 0)
})
