/** Reverse zones: in-addr.arpa with delegation below an octet (RFC 2317), and ip6.arpa (RFC 3596). */
import t from 'tap'
import { matches } from '../support/answers.ts'
import { query, rr, update, wireName } from '../support/messages.ts'
import { allOf, TestService } from '../support/service.ts'

const PTR = 12
const head =
  '$TTL 3600\n@ IN SOA ns.example. h.example. 1 7200 900 604800 300\n@ IN NS ns.example.\n'

/** The parent has the aliases of RFC 2317 §4, the child the names with a slash in them. */
const service = new TestService()
service.addZone(
  '2.0.192.in-addr.arpa.',
  `${head}0/25 IN NS ns.example.\n$GENERATE 1-126 $ IN CNAME $.0/25\n`,
)
service.addZone('0/25.2.0.192.in-addr.arpa.', head, [allOf('ddns-key.')])
const nibbles = '8.b.d.0.1.0.0.2.ip6.arpa.'
service.addZone(nibbles, head, [allOf('ddns-key.')])

const addPtr = async (zone: string, owner: string, target: string): Promise<number> => {
  const change = rr(owner, PTR, 1, 60, wireName(target))
  const answer = await service.ask(service.sign(update(zone, [], [change])))
  return answer.readUInt8(3) & 0xf
}

t.test(
  'RFC 2317 §4 a PTR in the zone of a /25 is found through the alias of its parent',
  async (t) => {
    const zone = '0/25.2.0.192.in-addr.arpa.'
    t.equal(await addPtr(zone, `7.${zone}`, 'host.dyn.example.'), 0)
    matches(t, await service.ask(query('7.2.0.192.in-addr.arpa', PTR)), {
      flags: 'AA',
      answer: [
        '7.2.0.192.in-addr.arpa. 3600 CNAME 7.0/25.2.0.192.in-addr.arpa.',
        '7.0/25.2.0.192.in-addr.arpa. 60 PTR host.dyn.example.',
      ],
    })
  },
)

t.test('RFC 3596 §2.5 a PTR in ip6.arpa has 34 labels, and what is above it exists', async (t) => {
  const owner = `1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.${nibbles}`
  t.equal(await addPtr(nibbles, owner, 'host.dyn.example.'), 0)
  matches(t, await service.ask(query(owner, PTR)), {
    flags: 'AA',
    answer: [`${owner} 60 PTR host.dyn.example.`],
  })
  // RFC 8020: a resolver that hears NXDOMAIN here would never ask below.
  matches(t, await service.ask(query(`0.0.0.${nibbles}`, PTR)), {
    flags: 'AA',
    authority: [`${nibbles} 300 SOA ns.example. h.example. 2 7200 900 604800 300`],
  })
})
