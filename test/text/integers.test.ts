/** `text/integers.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import { u16Octets, u32Octets, u8Octets } from '../../src/text/integers.ts'

t.test('integers become octets in network byte order', async (t) => {
  t.equal(toHex(u8Octets(0xfe)), 'fe')
  t.equal(toHex(u16Octets(0x0102)), '0102')
  t.equal(toHex(u16Octets(0xffff)), 'ffff')
  t.equal(toHex(u32Octets(0x01020304)), '01020304')
  t.equal(toHex(u32Octets(0xffff_fffe)), 'fffffffe')
})
