/** `text/binary-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import {
  base32hexOf,
  base64Of,
  hexOf,
  octetsFromBase32hex,
  octetsFromBase64,
  octetsFromHex,
} from '../../src/text/binary-text.ts'

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')

t.test('hex is two digits an octet, printed in upper case and read in any', async (t) => {
  t.equal(hexOf(Uint8Array.of(0x00, 0xab, 0xff)), '00ABFF')
  t.same(octetsFromHex('00aBFf'), Buffer.of(0x00, 0xab, 0xff))
  t.same(octetsFromHex(''), Buffer.of())
  for (const text of ['0', 'abc', '0g', '0x00', ' 00 ']) t.equal(octetsFromHex(text), undefined)
})

t.test('RFC 4648 §10 base64 has its test vectors, and needs its padding', async (t) => {
  const vectors = ['', 'Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', 'Zm9vYmE=', 'Zm9vYmFy']
  for (const [length, text] of vectors.entries()) {
    const octets = ascii('foobar'.slice(0, length))
    t.equal(base64Of(octets), text)
    t.same(octetsFromBase64(text), octets)
  }
  for (const text of ['Zg', 'Zg=', 'Zh==', 'Zm9v=', 'Zm-_', 'Zm 9v', '=', '?']) {
    t.equal(octetsFromBase64(text), undefined, text)
  }
})

t.test('RFC 4648 §10 base32hex has its test vectors, without their padding', async (t) => {
  const vectors = ['', 'CO', 'CPNG', 'CPNMU', 'CPNMUOG', 'CPNMUOJ1', 'CPNMUOJ1E8']
  for (const [length, text] of vectors.entries()) {
    const octets = ascii('foobar'.slice(0, length))
    t.equal(base32hexOf(octets), text)
    t.same(octetsFromBase32hex(text), octets)
    t.same(octetsFromBase32hex(text.toLowerCase()), octets)
  }
  for (const text of ['C', 'CP', 'CPN', 'CO======', 'C*', 'WX']) {
    t.equal(octetsFromBase32hex(text), undefined, text)
  }
})
