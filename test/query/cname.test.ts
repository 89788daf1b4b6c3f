/** CNAME chains: within a zone, across zones, out of them, in circles, and what they end in. */
import t from 'tap'
import { matches } from '../support/answers.ts'
import { query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const chain = Array.from({ length: 30 }, (_, i) => `c${i} IN CNAME c${i + 1}`).join('\n')

const ZONE = `
$TTL 3600
@        IN SOA ns1 hostmaster 10 7200 900 604800 300
@        IN NS  ns1
ns1      IN A   192.0.2.53
www  60  IN A   192.0.2.1
web      IN CNAME site
site     IN CNAME www
toother  IN CNAME host.other.example.
tolost   IN CNAME lost.other.example.
tochild  IN CNAME x.child.other.example.
out      IN CNAME www.elsewhere.
nowhere  IN CNAME missing
nodata   IN CNAME www
down     IN CNAME host.sub
sub      IN NS  ns.sub
ns.sub   IN A   192.0.2.99
self     IN CNAME SELF
ping     IN CNAME pong
pong     IN CNAME Ping
back     IN CNAME forth.other.example.
${chain}
c30      IN A   192.0.2.30
`

const OTHER = `
$TTL 1800
@        IN SOA ns hostmaster 3 7200 900 604800 7200
@        IN NS  ns
ns       IN A   198.51.100.53
host     IN A   198.51.100.1
forth    IN CNAME www.dyn.example.
child    IN NS  ns.elsewhere.
`

const SOA = 'dyn.example. 300 SOA ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 300'
const OTHER_SOA =
  'other.example. 1800 SOA ns.other.example. hostmaster.other.example. 3 7200 900 604800 7200'

const A = 1
const CNAME = 5
const AAAA = 28
const ANY = 255

const service = new TestService(ZONE)
service.addZone('other.example.', OTHER)

const cname = (owner: string, target: string): string =>
  `${owner}.dyn.example. 3600 CNAME ${target}`

t.test('RFC 1034 §4.3.2 step 3a a chain within the zone is followed to its end', async (t) => {
  matches(t, await service.ask(query('web.dyn.example', A)), {
    flags: 'AA',
    answer: [
      cname('web', 'site.dyn.example.'),
      cname('site', 'www.dyn.example.'),
      'www.dyn.example. 60 A 192.0.2.1',
    ],
  })
})

t.test('RFC 1034 §3.6.2 a CNAME that is asked for is not followed, nor for ANY', async (t) => {
  for (const type of [CNAME, ANY]) {
    const answer = [cname('web', 'site.dyn.example.')]
    matches(t, await service.ask(query('web.dyn.example', type)), { flags: 'AA', answer })
  }
})

t.test('RFC 1034 §4.3.2 a chain goes on in another zone of ours, and comes back', async (t) => {
  matches(t, await service.ask(query('toother.dyn.example', A)), {
    flags: 'AA',
    answer: [cname('toother', 'host.other.example.'), 'host.other.example. 1800 A 198.51.100.1'],
  })
  matches(t, await service.ask(query('back.dyn.example', A)), {
    flags: 'AA',
    answer: [
      cname('back', 'forth.other.example.'),
      'forth.other.example. 1800 CNAME www.dyn.example.',
      'www.dyn.example. 60 A 192.0.2.1',
    ],
  })
})

t.test('RFC 6604 §3 a chain that leads out of our zones ends there with NOERROR', async (t) => {
  matches(t, await service.ask(query('out.dyn.example', A)), {
    flags: 'AA',
    answer: [cname('out', 'www.elsewhere.')],
  })
})

t.test('RFC 6604 §3 the RCODE is that of the last name: NXDOMAIN', async (t) => {
  matches(t, await service.ask(query('nowhere.dyn.example', A)), {
    rcode: 'NXDOMAIN',
    flags: 'AA',
    answer: [cname('nowhere', 'missing.dyn.example.')],
    authority: [SOA],
  })
})

t.test('RFC 2308 §2.1 the SOA is that of the zone where the chain ends', async (t) => {
  matches(t, await service.ask(query('tolost.dyn.example', A)), {
    rcode: 'NXDOMAIN',
    flags: 'AA',
    answer: [cname('tolost', 'lost.other.example.')],
    authority: [OTHER_SOA],
  })
})

t.test('RFC 2308 §2.2 a chain that ends without the type is NODATA', async (t) => {
  matches(t, await service.ask(query('nodata.dyn.example', AAAA)), {
    flags: 'AA',
    answer: [cname('nodata', 'www.dyn.example.')],
    authority: [SOA],
  })
})

t.test('RFC 1035 §4.1.1 a chain into a referral keeps the AA of its first name', async (t) => {
  matches(t, await service.ask(query('down.dyn.example', A)), {
    flags: 'AA',
    answer: [cname('down', 'host.sub.dyn.example.')],
    authority: ['sub.dyn.example. 3600 NS ns.sub.dyn.example.'],
    additional: ['ns.sub.dyn.example. 3600 A 192.0.2.99'],
  })
  matches(t, await service.ask(query('tochild.dyn.example', A)), {
    flags: 'AA',
    answer: [cname('tochild', 'x.child.other.example.')],
    authority: ['child.other.example. 1800 NS ns.elsewhere.'],
  })
})

t.test('RFC 1034 §3.6.2 a loop is an error and told once around, in any case', async (t) => {
  matches(t, await service.ask(query('self.dyn.example', A)), {
    rcode: 'SERVFAIL',
    flags: 'AA',
    answer: [cname('self', 'SELF.dyn.example.')],
  })
  matches(t, await service.ask(query('ping.dyn.example', A)), {
    rcode: 'SERVFAIL',
    flags: 'AA',
    answer: [cname('ping', 'pong.dyn.example.'), cname('pong', 'Ping.dyn.example.')],
  })
})

t.test('a chain of 16 aliases is followed to its end', async (t) => {
  const expected = Array.from({ length: 16 }, (_, i) =>
    cname(`c${14 + i}`, `c${15 + i}.dyn.example.`),
  )
  matches(t, await service.ask(query('c14.dyn.example', A), 'tcp'), {
    flags: 'AA',
    answer: [...expected, 'c30.dyn.example. 3600 A 192.0.2.30'],
  })
})

t.test('a longer chain breaks off, and the client asks again from there', async (t) => {
  const expected = Array.from({ length: 17 }, (_, i) => cname(`c${i}`, `c${i + 1}.dyn.example.`))
  matches(t, await service.ask(query('c0.dyn.example', A), 'tcp'), {
    flags: 'AA',
    answer: expected,
  })
})

t.test(
  'RFC 4035 §2.5 NSEC and KEY may be beside a CNAME and are not looked for behind it',
  async (t) => {
    for (const type of [25, 47]) {
      const answer = await service.ask(query('web.dyn.example', type))
      matches(t, answer, { flags: 'AA', authority: [SOA] })
    }
  },
)
