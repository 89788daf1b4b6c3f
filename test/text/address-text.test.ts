/** `text/address-text.ts`: presentation format, as operators and other servers write and read it. */
import t from 'tap'
import { toHex } from '../../src/base/bytes.ts'
import {
  euiFromText,
  euiToText,
  ipv4FromText,
  ipv4OctetsFromText,
  ipv4ToText,
  ipv6FromText,
  ipv6ToText,
} from '../../src/text/address-text.ts'

const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex')

t.test('RFC 1035 §3.4.1 an IPv4 address is four decimal numbers', async (t) => {
  t.equal(ipv4ToText(hex('c0000201')), '192.0.2.1')
  t.equal(ipv4FromText('192.0.2.1'), 0xc000_0201)
  t.equal(ipv4FromText('0.0.0.0'), 0)
  t.equal(ipv4FromText('255.255.255.255'), 0xffff_ffff)
  t.same(ipv4OctetsFromText('192.0.2.1'), Uint8Array.of(192, 0, 2, 1))
  t.equal(ipv4OctetsFromText('192.0.2'), undefined)
})

t.test('what some read as octal, hex or a whole number is no IPv4 address', async (t) => {
  const texts = ['', '1.2.3', '1.2.3.4.5', '1..2.3', '.1.2.3', '1.2.3.', '256.0.0.1', '01.2.3.4']
  for (const text of [...texts, '1.2.3.00', '0x1.2.3.4', '3221225985', '1.2.3.-4', '1.2.3.4 ']) {
    t.equal(ipv4FromText(text), undefined, `'${text}'`)
  }
})

t.test('RFC 5952 an IPv6 address is printed in its one recommended form', async (t) => {
  const cases: readonly (readonly [octets: string, text: string])[] = [
    ['20010db8 00000000 00000000 00000001', '2001:db8::1'],
    ['20010db8 00000000 00010000 00000001', '2001:db8::1:0:0:1'], // §4.2.3: the first of two
    ['20010db8 00000001 00000000 00000001', '2001:db8:0:1::1'], // §4.2.3: the longest
    ['20010db8 00000001 00010001 00010001', '2001:db8:0:1:1:1:1:1'], // §4.2.2: not one group
    ['00000000 00000000 00000000 00000000', '::'],
    ['00000000 00000000 00000000 00000001', '::1'],
    ['fe800000 00000000 00000000 00000000', 'fe80::'],
    ['2001 0DB8 AAAA BBBB CCCC DDDD EEEE 0001', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1'], // §4.3
    ['00000000 00000000 0000ffff c0000221', '::ffff:192.0.2.33'], // §5
    ['00000000 00000000 0001ffff c0000221', '::1:ffff:c000:221'],
  ]
  for (const [octets, text] of cases) {
    t.equal(ipv6ToText(hex(octets)), text)
    const read = ipv6FromText(text)
    t.equal(read && toHex(read), toHex(hex(octets)), text)
  }
})

t.test('RFC 4291 §2.2 an IPv6 address is read in all of its forms', async (t) => {
  const read = (text: string): string => toHex(ipv6FromText(text) ?? Buffer.of())
  t.equal(read('2001:DB8:0:0:8:800:200C:417A'), '20010db80000000000080800200c417a')
  t.equal(read('1:2:3:4:5:6:7::'), '00010002000300040005000600070000')
  t.equal(read('::2:3:4:5:6:7:8'), '00000002000300040005000600070008')
  t.equal(read('::13.1.68.3'), '0000000000000000000000000d014403')
  t.equal(read('0:0:0:0:0:ffff:129.144.52.38'), '00000000000000000000ffff81903426')
})

t.test('RFC 4291 §2.2 anything else is no IPv6 address', async (t) => {
  const few = ['', ':', ':::', '1', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '192.0.2.1']
  const odd = ['1:2:3:4:5:6:7:8::', '::12345', '::g', '1:2:3:4:5:6:7:', ':1:2:3:4:5:6:7']
  for (const text of [
    ...few,
    ...odd,
    '::1.2.3',
    '::1.2.3.4:5',
    '1:2:3:4:5:6:7:1.2.3.4',
    'fe80::1%1',
  ]) {
    t.equal(ipv6FromText(text), undefined, `'${text}'`)
  }
})

t.test('RFC 7043 §3.2, §4.2 an EUI is its octets in hex with dashes', async (t) => {
  t.equal(euiToText(hex('00005e00532a')), '00-00-5e-00-53-2a')
  t.same(euiFromText('00-00-5E-00-53-2a', 6), hex('00005e00532a'))
  t.same(euiFromText('00-00-5e-ef-10-00-00-2a', 8), hex('00005eef1000002a'))
  for (const text of [
    '00-00-5e-00-53',
    '00-00-5e-ef-10-00-00-2a',
    '0-0-5e-0-53-2a',
    '00:00:5e:00:53:2a',
  ]) {
    t.equal(euiFromText(text, 6), undefined, text)
  }
})
