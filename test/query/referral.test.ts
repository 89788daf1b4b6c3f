/** Zone cuts: referrals, the DS that stays above them, and zones of ours inside zones of ours. */
import t from 'tap'
import { matches } from '../support/answers.ts'
import { query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const ZONE = `
$TTL 3600
@          IN SOA ns1 hostmaster 10 7200 900 604800 300
@          IN NS  ns1
ns1        IN A   192.0.2.53
Sub    900 IN NS  ns.sub
sub    900 IN NS  ns1
sub    900 IN NS  ns.elsewhere.
sub        IN DS  12345 13 2 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
ns.sub     IN A   192.0.2.99
ns.sub     IN AAAA 2001:db8::99
hidden.sub IN TXT "occluded"
plain      IN NS  ns.elsewhere.
ours       IN NS  ns.ours
ns.ours    IN A   192.0.2.77
ours       IN DS  1 13 2 00
deep.ours  IN TXT "the parent's copy"
`

const OURS = `
$TTL 600
@          IN SOA ns hostmaster 5 7200 900 604800 60
@          IN NS  ns
ns         IN A   192.0.2.78
deep       IN TXT "the child's own"
`

const A = 1
const NS = 2
const TXT = 16
const DS = 43
const ANY = 255

const SOA = 'dyn.example. 300 SOA ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 300'
const OURS_SOA =
  'ours.dyn.example. 60 SOA ns.ours.dyn.example. hostmaster.ours.dyn.example. 5 7200 900 604800 60'

const REFERRAL = {
  authority: [
    'Sub.dyn.example. 900 NS ns.sub.dyn.example.',
    'Sub.dyn.example. 900 NS ns1.dyn.example.',
    'Sub.dyn.example. 900 NS ns.elsewhere.',
  ],
  additional: [
    'ns.sub.dyn.example. 3600 A 192.0.2.99',
    'ns.sub.dyn.example. 3600 AAAA 2001:db8::99',
    'ns1.dyn.example. 3600 A 192.0.2.53',
  ],
}

t.test('RFC 1034 §4.3.2 step 3b at and below a cut the answer is a referral', async (t) => {
  const service = new TestService(ZONE)
  for (const [name, type] of [
    ['sub.dyn.example', A],
    ['sub.dyn.example', NS],
    ['sub.dyn.example', ANY],
    ['www.sub.dyn.example', A],
    ['a.b.c.sub.dyn.example', TXT],
    ['ns.sub.dyn.example', A],
    ['hidden.sub.dyn.example', TXT],
    ['x.sub.dyn.example', DS],
  ] as const) {
    matches(t, await service.ask(query(name, type)), REFERRAL)
  }
})

t.test('RFC 1034 §4.2.1 servers outside of the zone come without glue', async (t) => {
  matches(t, await new TestService(ZONE).ask(query('www.plain.dyn.example', A)), {
    authority: ['plain.dyn.example. 3600 NS ns.elsewhere.'],
  })
})

t.test('RFC 4035 §3.1.4.1 the DS at a cut is answered by the parent, with AA', async (t) => {
  const digest = '0123456789abcdef'.repeat(4)
  matches(t, await new TestService(ZONE).ask(query('sub.dyn.example', DS)), {
    flags: 'AA',
    answer: [`sub.dyn.example. 3600 DS 12345 13 2 ${digest}`],
  })
})

t.test('RFC 4035 §3.1.4.1 a cut without DS is NODATA from the parent', async (t) => {
  matches(t, await new TestService(ZONE).ask(query('plain.dyn.example', DS)), {
    flags: 'AA',
    authority: [SOA],
  })
})

t.test('RFC 1034 §4.3.2 step 2 the nearest of our zones answers', async (t) => {
  const service = new TestService(ZONE)
  const owner = 'deep.ours.dyn.example'
  matches(t, await service.ask(query(owner, TXT)), {
    authority: ['ours.dyn.example. 3600 NS ns.ours.dyn.example.'],
    additional: ['ns.ours.dyn.example. 3600 A 192.0.2.77'],
  })
  service.addZone('ours.dyn.example.', OURS)
  matches(t, await service.ask(query(owner, TXT)), {
    flags: 'AA',
    answer: [`${owner}. 600 TXT "the child's own"`],
  })
  matches(t, await service.ask(query('nope.ours.dyn.example', TXT)), {
    rcode: 'NXDOMAIN',
    flags: 'AA',
    authority: [OURS_SOA],
  })
  matches(t, await service.ask(query('ours.dyn.example', NS)), {
    flags: 'AA',
    answer: ['ours.dyn.example. 600 NS ns.ours.dyn.example.'],
    additional: ['ns.ours.dyn.example. 600 A 192.0.2.78'],
  })
})

t.test('RFC 4035 §3.1.4.1 the DS of a zone of ours comes from the one above it', async (t) => {
  const service = new TestService(ZONE)
  service.addZone('ours.dyn.example.', OURS)
  matches(t, await service.ask(query('ours.dyn.example', DS)), {
    flags: 'AA',
    answer: ['ours.dyn.example. 3600 DS 1 13 2 00'],
  })
  matches(t, await service.ask(query('ns.ours.dyn.example', DS)), {
    flags: 'AA',
    authority: [OURS_SOA],
  })
})

t.test('RFC 4035 §3.1.4.1 the DS at an apex is NODATA where the parent is not ours', async (t) => {
  matches(t, await new TestService(ZONE).ask(query('dyn.example', DS)), {
    flags: 'AA',
    authority: [SOA],
  })
})

t.test('RFC 4035 §3.1.4.1 the DS of the root is NODATA from the root', async (t) => {
  const service = new TestService(ZONE)
  service.addZone(
    '.',
    '$TTL 9\n@ IN SOA ns. hostmaster. 1 2 3 4 5\n@ IN NS ns.\nns. IN A 192.0.2.2',
  )
  matches(t, await service.ask(query('.', DS)), {
    flags: 'AA',
    authority: ['. 5 SOA ns. hostmaster. 1 2 3 4 5'],
  })
  matches(t, await service.ask(query('elsewhere', A)), {
    rcode: 'NXDOMAIN',
    flags: 'AA',
    authority: ['. 5 SOA ns. hostmaster. 1 2 3 4 5'],
  })
})
