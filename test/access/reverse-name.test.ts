/** RFC 1035 §3.5, RFC 3596 §2.5: an address as a name. */
import t from 'tap'
import { reverseNameOf } from '../../src/access/reverse-name.ts'
import { nameToText } from '../../src/text/name-text.ts'

const reverse = (address: string): string | undefined => {
  const name = reverseNameOf(address)
  return name && nameToText(name)
}

t.test('RFC 1035 §3.5 an IPv4 address has its octets turned around', async (t) => {
  t.equal(reverse('192.0.2.77'), '77.2.0.192.in-addr.arpa.')
  t.equal(reverse('10.0.0.0'), '0.0.0.10.in-addr.arpa.')
})

t.test('RFC 3596 §2.5 an IPv6 address has its nibbles turned around', async (t) => {
  const zeros = '0.'.repeat(22)
  t.equal(reverse('2001:db8::a1'), `1.a.${zeros}8.b.d.0.1.0.0.2.ip6.arpa.`)
  t.equal(reverse('fe80::1%lo'), `1.${'0.'.repeat(27)}0.8.e.f.ip6.arpa.`, 'without its zone')
})

t.test('what is no address has no name', async (t) => {
  for (const text of ['', 'localhost', '192.0.2', '2001:db8:::1']) t.equal(reverse(text), undefined)
})
