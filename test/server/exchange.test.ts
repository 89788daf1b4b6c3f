/** How a source is written in logs and in the journal. */
import t from 'tap'
import { sourceText } from '../../src/server/exchange.ts'

t.test('a source is its address and port, the port apart from the colons of IPv6', async (t) => {
  const transport = 'udp'
  t.equal(sourceText({ address: '192.0.2.1', port: 53211, transport }), '192.0.2.1#53211')
  t.equal(sourceText({ address: '2001:db8::1', port: 53, transport }), '2001:db8::1#53')
})
