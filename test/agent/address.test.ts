/** Which addresses may be published, and prefixes with suffixes. */
import t from 'tap'
import {
  addressIn,
  canonicalAddress,
  familyOf,
  reachOf,
  suffixFromText,
  withSuffix,
} from '../../src/agent/address.ts'

t.test('an address is of a family, or is none', async (t) => {
  t.equal(familyOf('192.0.2.1'), 'ipv4')
  t.equal(familyOf('2001:db8::1'), 'ipv6')
  t.equal(familyOf('192.0.2'), undefined)
})

t.test('RFC 5952 §4 equal addresses are equal texts', async (t) => {
  t.equal(canonicalAddress('2001:DB8:0:0::1'), '2001:db8::1')
  t.equal(canonicalAddress('192.0.2.1'), '192.0.2.1')
})

t.test('RFC 6890 which addresses the world may have', async (t) => {
  for (const [address, reach] of [
    ['192.0.2.1', 'public'],
    ['8.8.8.8', 'public'],
    ['0.1.2.3', 'unusable'],
    ['127.0.0.1', 'unusable'],
    ['169.254.1.1', 'unusable'],
    ['224.0.0.1', 'unusable'],
    ['255.255.255.255', 'unusable'],
    ['10.0.0.1', 'private'],
    ['172.31.255.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['100.128.0.1', 'public'],
    ['2001:db8::1', 'public'],
    ['::', 'unusable'],
    ['::1', 'unusable'],
    ['::ffff:192.0.2.1', 'unusable'],
    ['fe80::1', 'unusable'],
    ['ff02::1', 'unusable'],
    ['fd00::1', 'private'],
  ] as const) {
    t.equal(reachOf(address, address.includes(':') ? 'ipv6' : 'ipv4'), reach, address)
  }
})

t.test('a suffix stands behind a prefix', async (t) => {
  for (const [address, written, joined] of [
    ['2001:db8:1:2:3:4:5:6', '::1234/64', '2001:db8:1:2::1234'],
    ['2001:db8:1:2:3:4:5:6', '::a:0:0:0:1/56', '2001:db8:1:a::1'],
    ['2001:db8:1:ff:3:4:5:6', '::1/60', '2001:db8:1:f0::1'],
    ['2001:db8::1', '::5/0', '::5'],
    ['2001:db8::1', '::/128', '2001:db8::1'],
  ] as const) {
    const suffix = suffixFromText(written)
    t.equal(suffix && withSuffix(address, suffix), joined, written)
  }
  for (const bad of [
    '::1',
    '2001:db8::1/64',
    '::1/129',
    '192.0.2.1/24',
    'x/64',
    '::1:0:0:0:0/64',
  ]) {
    t.equal(suffixFromText(bad), undefined, bad)
  }
})

t.test('the first address of a family is found in what pages say', async (t) => {
  const page = '<html><body>Current IP Address: 192.0.2.1</body></html>'
  t.equal(addressIn(page, 'ipv4'), '192.0.2.1')
  t.equal(addressIn(page, 'ipv6'), undefined)
  t.equal(addressIn('It is 192.0.2.7.', 'ipv4'), '192.0.2.7')
  t.equal(addressIn('2001:DB8::A\n', 'ipv6'), '2001:db8::a')
  t.equal(addressIn('', 'ipv4'), undefined)
})
