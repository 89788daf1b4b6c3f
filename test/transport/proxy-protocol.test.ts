/** PROXY protocol version 2 headers, octet by octet. */
import t from 'tap'
import { readProxyHeader } from '../../src/transport/proxy-protocol.ts'
import { hex } from '../support/messages.ts'

const SIGNATURE = '0d0a0d0a 000d0a51 5549540a'

// version 2 PROXY, IPv4 over UDP, 12 octets: 192.0.2.1:5353 to 198.51.100.1:53
const ipv4 = hex(`${SIGNATURE} 21 12 000c c0000201 c6336401 14e9 0035`)

t.test('§2.2 a header over IPv4 says who the client is', async (t) => {
  t.strictSame(readProxyHeader(ipv4), {
    kind: 'header',
    length: 28,
    client: { address: '192.0.2.1', port: 5353 },
  })
  const more = Buffer.concat([ipv4, Buffer.from('what follows')])
  t.match(readProxyHeader(more), { kind: 'header', length: 28 })
})

t.test('§2.2 a header over IPv6, with options after the addresses', async (t) => {
  const from = '20010db8000000000000000000000001'
  const to = '20010db8000000000000000000000053'
  const header = hex(`${SIGNATURE} 21 21 0028 ${from} ${to} 14e9 0035 04 0001 00`)
  t.strictSame(readProxyHeader(header), {
    kind: 'header',
    length: 56,
    client: { address: '2001:db8:0:0:0:0:0:1', port: 5353 },
  })
})

t.test('RFC 4291 §2.5.5.2 an IPv4 address mapped into IPv6 is the IPv4 address', async (t) => {
  const from = '00000000000000000000ffffc0000201'
  const header = hex(`${SIGNATURE} 21 21 0024 ${from} ${from} 14e9 0035`)
  t.match(readProxyHeader(header), { client: { address: '192.0.2.1', port: 5353 } })
})

t.test('§2.2 LOCAL, and a family without addresses, name no client', async (t) => {
  for (const head of ['20 00 0000', '21 00 0000', '21 31 0002 abcd']) {
    t.match(readProxyHeader(hex(`${SIGNATURE} ${head}`)), { kind: 'header', client: undefined })
  }
})

t.test('§2.2 any part of a header asks for more', async (t) => {
  for (let length = 0; length < ipv4.length; length++) {
    t.equal(readProxyHeader(ipv4.subarray(0, length)).kind, 'incomplete', `${length} octets`)
  }
})

t.test('§2.2 what is no such header is bad at once', async (t) => {
  for (const [what, octets] of [
    ['a DNS message', hex('1234 0100 0001 0000 0000 0000')],
    ['another version', hex(`${SIGNATURE} 11 12 000c`)],
    ['an unknown command', hex(`${SIGNATURE} 22 12 000c c0000201 c6336401 14e9 0035`)],
    ['too few octets for IPv4', hex(`${SIGNATURE} 21 12 0004 c0000201`)],
    ['too few octets for IPv6', hex(`${SIGNATURE} 21 21 0004 c0000201`)],
    ['more than anybody needs', hex(`${SIGNATURE} 21 12 0400`)],
  ] as const) {
    t.equal(readProxyHeader(octets).kind, 'bad', what)
  }
})
