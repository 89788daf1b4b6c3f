/** RFC 9471: glue that a referral cannot do without, and glue that it can. */
import t from 'tap'
import { matches, readAnswer } from '../support/answers.ts'
import { opt, query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const A = 1

const HEAD = `
$TTL 3600
@    IN SOA ns1 hostmaster 10 7200 900 604800 300
@    IN NS  ns1
ns1  IN A   192.0.2.53
`

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')

const ask = (zone: string, qname: string, more = {}): Promise<Buffer> =>
  new TestService(`${HEAD}\n${zone}`).ask(query(qname, A, more))

t.test('RFC 9471 §2.1 in-domain servers come with all their addresses', async (t) => {
  const zone = `
sub    IN NS a.sub
sub    IN NS sub
sub    IN NS c.d.sub
a.sub  IN A 192.0.2.1
a.sub  IN AAAA 2001:db8::1
sub    IN A 192.0.2.2
c.d.sub IN A 192.0.2.3
c.d.sub IN A 192.0.2.4
`
  matches(t, await ask(zone, 'www.sub.dyn.example'), {
    authority: [
      'sub.dyn.example. 3600 NS a.sub.dyn.example.',
      'sub.dyn.example. 3600 NS sub.dyn.example.',
      'sub.dyn.example. 3600 NS c.d.sub.dyn.example.',
    ],
    additional: [
      'a.sub.dyn.example. 3600 A 192.0.2.1',
      'a.sub.dyn.example. 3600 AAAA 2001:db8::1',
      'sub.dyn.example. 3600 A 192.0.2.2',
      'c.d.sub.dyn.example. 3600 A 192.0.2.3',
      'c.d.sub.dyn.example. 3600 A 192.0.2.4',
    ],
  })
})

const thirteen = lines(
  13,
  (i) => `sub IN NS n${i}.sub\nn${i}.sub IN A 192.0.2.${i}\nn${i}.sub IN AAAA 2001:db8::${i}`,
)

t.test('RFC 9471 §2, §2.1 in-domain glue that does not fit makes TC', async (t) => {
  const answer = await ask(thirteen, 'www.sub.dyn.example')
  const { flags, rcode, answer: none, authority } = readAnswer(answer)
  t.strictSame({ flags, rcode, none }, { flags: 'TC', rcode: 'NOERROR', none: [] })
  t.equal(authority.length, 13)
  t.ok(answer.length <= 512)
})

t.test('RFC 9471 §2.1 with room for it, all of the glue is there', async (t) => {
  const packet = query('www.sub.dyn.example', A)
  const overTcp = await new TestService(`${HEAD}\n${thirteen}`).ask(packet, 'tcp')
  const overEdns = await ask(thirteen, 'www.sub.dyn.example', { additionals: [opt(1232)] })
  for (const octets of [overTcp, overEdns]) {
    const { flags, authority, additional } = readAnswer(octets)
    t.equal(flags, '')
    t.equal(authority.length, 13)
    t.equal(additional.length, 26)
  }
})

t.test('RFC 9471 §2.1 an NS RRset that does not fit makes TC, without any glue', async (t) => {
  const long = 'x'.repeat(60)
  const zone = lines(8, (i) => `sub IN NS ${long}${i}.sub\n${long}${i}.sub IN A 192.0.2.${i}`)
  matches(t, await ask(zone, 'www.sub.dyn.example'), { flags: 'TC' })
})

t.test('RFC 9471 §2.2 sibling glue that does not fit is left out without TC', async (t) => {
  const zone = `
sub    IN NS ns.other
sub    IN NS n.sub
n.sub  IN A 192.0.2.200
other  IN NS ns.other
${lines(29, (i) => `ns.other IN A 192.0.2.${i}`)}
`
  const authority = [
    'sub.dyn.example. 3600 NS ns.other.dyn.example.',
    'sub.dyn.example. 3600 NS n.sub.dyn.example.',
  ]
  const inDomain = 'n.sub.dyn.example. 3600 A 192.0.2.200'
  matches(t, await ask(zone, 'www.sub.dyn.example'), { authority, additional: [inDomain] })
  const sibling = Array.from({ length: 29 }, (_, i) => `ns.other.dyn.example. 3600 A 192.0.2.${i}`)
  matches(t, await ask(zone, 'www.sub.dyn.example', { additionals: [opt(1232)] }), {
    authority,
    additional: [inDomain, ...sibling],
  })
})

t.test('RFC 9471 §2.2 for the sibling itself the same addresses are required', async (t) => {
  const zone = `other IN NS ns.other\n${lines(29, (i) => `ns.other IN A 192.0.2.${i}`)}`
  matches(t, await ask(zone, 'www.other.dyn.example'), {
    flags: 'TC',
    authority: ['other.dyn.example. 3600 NS ns.other.dyn.example.'],
  })
})

t.test(
  'RFC 1034 §4.2.1 a server elsewhere has no glue, whatever the zone holds below',
  async (t) => {
    const zone = 'sub IN NS ns.elsewhere.\nns.sub IN A 192.0.2.1\nsub IN NS gone.sub\n'
    matches(t, await ask(zone, 'www.sub.dyn.example'), {
      authority: [
        'sub.dyn.example. 3600 NS ns.elsewhere.',
        'sub.dyn.example. 3600 NS gone.sub.dyn.example.',
      ],
    })
  },
)
