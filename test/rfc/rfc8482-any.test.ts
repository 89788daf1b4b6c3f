/** RFC 8482: QTYPE ANY gets a small answer over UDP and, from us, the whole over TCP. */
import t from 'tap'
import { matches, readAnswer, type Expected } from '../support/answers.ts'
import { opt, query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const ANY = 255

const ZONE = `
$TTL 3600
@       IN SOA ns1 hostmaster 10 7200 900 604800 300
@       IN NS  ns1
ns1     IN A   192.0.2.53
many    IN A   192.0.2.1
many    IN A   192.0.2.2
many    IN AAAA 2001:db8::1
many    IN TXT "one" "two"
large   IN TXT "${'x'.repeat(250)}" "${'y'.repeat(250)}" "${'z'.repeat(250)}"
large   IN A   192.0.2.3
large   IN A   192.0.2.4
large   IN MX  10 ns1.elsewhere.
large   IN HINFO "" ""
even    IN A   192.0.2.5
even    IN TXT "abc"
many    IN MX  10 ns1
alias   IN CNAME many
*.wild  IN TXT "wild"
*.wild  IN A   192.0.2.9
sub     IN NS  ns.elsewhere.
`

const MANY = [
  'many.dyn.example. 3600 A 192.0.2.1',
  'many.dyn.example. 3600 A 192.0.2.2',
  'many.dyn.example. 3600 AAAA 2001:db8::1',
  'many.dyn.example. 3600 TXT "one" "two"',
  'many.dyn.example. 3600 MX 10 ns1.dyn.example.',
]

const SOA = 'dyn.example. 300 SOA ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 300'

const service = new TestService(ZONE)

t.test('RFC 8482 §4.1 over UDP one whole RRset stands for all, without TC', async (t) => {
  for (const additionals of [[], [opt(4096)]]) {
    const answer = await service.ask(query('many.dyn.example', ANY, { additionals }))
    const { flags, rcode, answer: lines } = readAnswer(answer)
    t.strictSame({ flags, rcode }, { flags: 'AA', rcode: 'NOERROR' })
    const [type] = lines.map((line) => line.split(' ')[2])
    t.strictSame(
      lines,
      MANY.filter((line) => line.split(' ')[2] === type),
    )
    t.not(lines.length, 0)
  }
})

t.test(
  'RFC 8482 §4.1 over UDP the smallest RRset is chosen, of equal ones the first',
  async (t) => {
    for (const [owner, expected] of [
      ['large', 'large.dyn.example. 3600 HINFO "" ""'],
      ['even', 'even.dyn.example. 3600 A 192.0.2.5'],
      ['x.wild', 'x.wild.dyn.example. 3600 A 192.0.2.9'],
    ] as const) {
      const answer = await service.ask(query(`${owner}.dyn.example`, ANY))
      matches(t, answer, { flags: 'AA', answer: [expected] })
    }
  },
)

t.test('RFC 8482 §4.4 over TCP all RRsets are answered', async (t) => {
  matches(t, await service.ask(query('many.dyn.example', ANY), 'tcp'), {
    flags: 'AA',
    answer: MANY,
    additional: ['ns1.dyn.example. 3600 A 192.0.2.53'],
  })
})

t.test(
  'RFC 8482 §4 names with one RRset, none, or a cut are answered as for other types',
  async (t) => {
    const table: { name: string; expected: Expected }[] = [
      {
        name: 'alias.dyn.example',
        expected: { flags: 'AA', answer: ['alias.dyn.example. 3600 CNAME many.dyn.example.'] },
      },
      {
        name: 'nothing.dyn.example',
        expected: { rcode: 'NXDOMAIN', flags: 'AA', authority: [SOA] },
      },
      { name: 'wild.dyn.example', expected: { flags: 'AA', authority: [SOA] } },
      {
        name: 'www.sub.dyn.example',
        expected: { authority: ['sub.dyn.example. 3600 NS ns.elsewhere.'] },
      },
    ]
    for (const { name, expected } of table) {
      for (const transport of ['udp', 'tcp'] as const) {
        matches(t, await service.ask(query(name, ANY), transport), expected)
      }
    }
  },
)

t.test('RFC 4592 §2.2.1 ANY at a wildcard has the name that was asked for', async (t) => {
  matches(t, await service.ask(query('x.wild.dyn.example', ANY), 'tcp'), {
    flags: 'AA',
    answer: ['x.wild.dyn.example. 3600 TXT "wild"', 'x.wild.dyn.example. 3600 A 192.0.2.9'],
  })
  const { answer } = readAnswer(await service.ask(query('x.wild.dyn.example', ANY)))
  t.equal(answer.length, 1)
})
