/** RFC 2308: what an answer says when there is nothing to say, and for how long that holds. */
import t from 'tap'
import { matches } from '../support/answers.ts'
import { query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const A = 1
const TXT = 16

const zone = (soaTtl: number, minimum: number): string => `
$TTL 3600
@   ${soaTtl} IN SOA ns1 hostmaster 10 7200 900 604800 ${minimum}
@         IN NS  ns1
ns1       IN A   192.0.2.53
a.b       IN TXT "below"
to        IN CNAME nothing
tob       IN CNAME b
`

const soa = (ttl: number, minimum: number): string =>
  `dyn.example. ${ttl} SOA ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 ${minimum}`

t.test(
  'RFC 2308 §3, §4, §5 the TTL of the SOA is the lesser of its own and its MINIMUM',
  async (t) => {
    const table = [
      { soaTtl: 3600, minimum: 300, expected: 300 },
      { soaTtl: 300, minimum: 3600, expected: 300 },
      { soaTtl: 300, minimum: 300, expected: 300 },
      { soaTtl: 300, minimum: 0, expected: 0 },
      { soaTtl: 0, minimum: 300, expected: 0 },
      { soaTtl: 0x7fffffff, minimum: 0x7fffffff, expected: 0x7fffffff },
    ]
    for (const { soaTtl, minimum, expected } of table) {
      const service = new TestService(zone(soaTtl, minimum))
      const authority = [soa(expected, minimum)]
      const nxdomain = await service.ask(query('nothing.dyn.example', A))
      matches(t, nxdomain, { rcode: 'NXDOMAIN', flags: 'AA', authority })
      const nodata = await service.ask(query('ns1.dyn.example', TXT))
      matches(t, nodata, { flags: 'AA', authority })
    }
  },
)

t.test('RFC 2308 §5 a SOA that is asked for keeps its own TTL', async (t) => {
  const answer = await new TestService(zone(3600, 300)).ask(query('dyn.example', 6))
  matches(t, answer, { flags: 'AA', answer: [soa(3600, 300)] })
})

const service = new TestService(zone(3600, 300))

t.test('RFC 2308 §2.1 NXDOMAIN at the end of a chain has the chain and the SOA', async (t) => {
  matches(t, await service.ask(query('to.dyn.example', A)), {
    rcode: 'NXDOMAIN',
    flags: 'AA',
    answer: ['to.dyn.example. 3600 CNAME nothing.dyn.example.'],
    authority: [soa(300, 300)],
  })
})

t.test('RFC 2308 §2.2 NODATA at the end of a chain has the chain and the SOA', async (t) => {
  matches(t, await service.ask(query('tob.dyn.example', A)), {
    flags: 'AA',
    answer: ['tob.dyn.example. 3600 CNAME b.dyn.example.'],
    authority: [soa(300, 300)],
  })
})

t.test('RFC 8020 §2 NXDOMAIN is said only where nothing is below', async (t) => {
  matches(t, await service.ask(query('b.dyn.example', A)), {
    flags: 'AA',
    authority: [soa(300, 300)],
  })
  matches(t, await service.ask(query('c.b.dyn.example', A)), {
    rcode: 'NXDOMAIN',
    flags: 'AA',
    authority: [soa(300, 300)],
  })
})
