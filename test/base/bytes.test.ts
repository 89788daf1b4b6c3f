/** `base/bytes.ts`: a tool that knows nothing of DNS. */
import t from 'tap'
import {
  asBuffer,
  compareBytes,
  copyBytes,
  equalBytes,
  fromLatin1,
  octetAt,
  toHex,
  toLatin1,
  u16At,
  writeU64,
} from '../../src/base/bytes.ts'

const octets = Uint8Array.of(0x00, 0x7f, 0x80, 0xff)

t.test('octets are read one by one, or two in network byte order', async (t) => {
  t.equal(octetAt(octets, 2), 0x80)
  t.equal(u16At(octets, 1), 0x7f80)
  t.equal(u16At(octets, 2), 0x80ff)
})

t.test('octets compare as memcmp does, the shorter first', async (t) => {
  t.ok(compareBytes(Uint8Array.of(0x7f), Uint8Array.of(0x80)) < 0)
  t.ok(compareBytes(Uint8Array.of(0x80), Uint8Array.of(0x7f, 0xff)) > 0)
  t.ok(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0)) < 0)
  t.equal(compareBytes(octets, copyBytes(octets)), 0)
})

t.test('octets are equal when length and content are', async (t) => {
  t.ok(equalBytes(octets, Buffer.from(octets)))
  t.notOk(equalBytes(octets, octets.subarray(1)))
  t.notOk(equalBytes(octets, Uint8Array.of(0x00, 0x7f, 0x80, 0xfe)))
})

t.test('octets are shown as hex, and carried in a string one unit each', async (t) => {
  t.equal(toHex(octets), '007f80ff')
  t.equal(toLatin1(octets), '\u0000\u007f\u0080\u00ff')
  t.ok(equalBytes(fromLatin1(toLatin1(octets)), octets))
})

t.test('a Buffer view shares its memory, a copy does not', async (t) => {
  const whole = Uint8Array.of(1, 2, 3, 4)
  const part = whole.subarray(1, 3)
  const view = asBuffer(part)
  const copy = copyBytes(part)
  whole[1] = 9
  t.equal(view.toString('hex'), '0903')
  t.equal(toHex(copy), '0203')
  t.equal(asBuffer(view), view, 'what is a Buffer already stays the same')
})

t.test('a number of 64 bits is written as it is read, up to 2^53', async (t) => {
  for (const value of [0, 1, 0xffff_ffff, 0x1_0000_0000, 1_700_000_000_123, 2 ** 53 - 1]) {
    const written = Buffer.alloc(10)
    t.equal(writeU64(written, value, 1), 9)
    t.equal(Number(written.readBigUInt64BE(1)), value)
  }
})
