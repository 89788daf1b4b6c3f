/** RFC 4592: the example zone of §2.2.1 with each of its queries, and the cases of §4. */
import t from 'tap'
import { matches, type Expected } from '../support/answers.ts'
import { query } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

/** §2.2.1, the two RDATA that it leaves open filled in. */
const EXAMPLE = `
$ORIGIN example.
example.                 3600 IN SOA  ns.example.com. hostmaster.example.com. 1 7200 900 604800 300
example.                 3600    NS   ns.example.com.
example.                 3600    NS   ns.example.net.
*.example.               3600    TXT  "this is a wildcard"
*.example.               3600    MX   10 host1.example.
sub.*.example.           3600    TXT  "this is not a wildcard"
host1.example.           3600    A    192.0.2.1
_ssh._tcp.host1.example. 3600    SRV  0 0 22 host1.example.
_ssh._tcp.host2.example. 3600    SRV  0 0 22 host1.example.
subdel.example.          3600    NS   ns.example.com.
subdel.example.          3600    NS   ns.example.net.
`

const A = 1
const NS = 2
const SOA_TYPE = 6
const MX = 15
const TXT = 16
const SRV = 33
const DNAME = 39
const DS = 43
const ANY = 255

const SOA = 'example. 300 SOA ns.example.com. hostmaster.example.com. 1 7200 900 604800 300'
const HOST1 = 'host1.example. 3600 A 192.0.2.1'

const serviceWith = (more: string): TestService => {
  const service = new TestService()
  service.addZone('example.', `${EXAMPLE}\n${more}`)
  return service
}

const NODATA: Expected = { flags: 'AA', authority: [SOA] }
const NXDOMAIN: Expected = { rcode: 'NXDOMAIN', flags: 'AA', authority: [SOA] }

interface Case {
  readonly qname: string
  readonly qtype: number
  readonly because: string
  readonly expected: Expected
}

const synthesized: readonly Case[] = [
  {
    qname: 'host3.example',
    qtype: MX,
    because: 'it is the MX of the wildcard',
    expected: {
      flags: 'AA',
      answer: ['host3.example. 3600 MX 10 host1.example.'],
      additional: [HOST1],
    },
  },
  {
    qname: 'host3.example',
    qtype: A,
    because: 'the wildcard has no A: no error, no data',
    expected: NODATA,
  },
  {
    qname: 'foo.bar.example',
    qtype: TXT,
    because: 'bar.example. does not exist, but the wildcard does',
    expected: { flags: 'AA', answer: ['foo.bar.example. 3600 TXT "this is a wildcard"'] },
  },
]

const notSynthesized: readonly Case[] = [
  { qname: 'host1.example', qtype: MX, because: 'host1.example. exists', expected: NODATA },
  { qname: 'sub.*.example', qtype: MX, because: 'sub.*.example. exists', expected: NODATA },
  {
    qname: '_telnet._tcp.host1.example',
    qtype: SRV,
    because: '_tcp.host1.example. exists (without data)',
    expected: NXDOMAIN,
  },
  {
    qname: 'host.subdel.example',
    qtype: A,
    because: 'subdel.example. exists (and is a zone cut)',
    expected: {
      authority: [
        'subdel.example. 3600 NS ns.example.com.',
        'subdel.example. 3600 NS ns.example.net.',
      ],
    },
  },
  { qname: 'ghost.*.example', qtype: MX, because: '*.example. exists', expected: NXDOMAIN },
]

const example = serviceWith('')

for (const { qname, qtype, because, expected } of [...synthesized, ...notSynthesized]) {
  t.test(`RFC 1034 §4.3.2, RFC 4592 §2.2.1 ${qname}. of TYPE${qtype}: ${because}`, async (t) => {
    matches(t, await example.ask(query(qname, qtype)), expected)
  })
}

t.test('RFC 4592 §2.2.2 host2.example. is an empty non-terminal and exists', async (t) => {
  for (const qname of ['host2.example', '_tcp.host2.example']) {
    matches(t, await example.ask(query(qname, MX)), NODATA)
  }
})

t.test('RFC 4592 §2.3 the wildcard asked for by its own name is an ordinary name', async (t) => {
  matches(t, await example.ask(query('*.example', TXT)), {
    flags: 'AA',
    answer: ['*.example. 3600 TXT "this is a wildcard"'],
  })
  matches(t, await example.ask(query('*.example', A)), NODATA)
  matches(t, await example.ask(query('sub.*.example', TXT)), {
    flags: 'AA',
    answer: ['sub.*.example. 3600 TXT "this is not a wildcard"'],
  })
})

t.test('RFC 4592 §2.1.1 an asterisk among other octets makes no wildcard', async (t) => {
  const service = serviceWith('*a.host1 IN TXT "no"\n**.host1 IN TXT "no"')
  matches(t, await service.ask(query('ba.host1.example', TXT)), NXDOMAIN)
  matches(t, await service.ask(query('xx.host1.example', TXT)), NXDOMAIN)
})

t.test('RFC 4592 §3.3.1 only the wildcard right below the closest encloser counts', async (t) => {
  const service = serviceWith('a.b IN A 192.0.2.2')
  matches(t, await service.ask(query('x.a.b.example', TXT)), NXDOMAIN)
  matches(t, await service.ask(query('x.b.example', TXT)), NXDOMAIN)
  matches(t, await service.ask(query('x.y.example', TXT)), {
    flags: 'AA',
    answer: ['x.y.example. 3600 TXT "this is a wildcard"'],
  })
})

t.test('RFC 4592 §2.2.1 QTYPE ANY synthesizes all that the wildcard has', async (t) => {
  matches(t, await example.ask(query('host3.example', ANY), 'tcp'), {
    flags: 'AA',
    answer: [
      'host3.example. 3600 TXT "this is a wildcard"',
      'host3.example. 3600 MX 10 host1.example.',
    ],
    additional: [HOST1],
  })
})

t.test(
  'RFC 4592 §4.1 a wildcard can be the apex of a zone, and is no wildcard there',
  async (t) => {
    const service = new TestService()
    service.addZone(
      '*.star.',
      '$TTL 60\n@ IN SOA ns.x. h.x. 1 2 3 4 5\n@ IN NS ns.x.\nw IN A 192.0.2.9',
    )
    matches(t, await service.ask(query('*.star', SOA_TYPE)), {
      flags: 'AA',
      answer: ['*.star. 60 SOA ns.x. h.x. 1 2 3 4 5'],
    })
    matches(t, await service.ask(query('w.*.star', A)), {
      flags: 'AA',
      answer: ['w.*.star. 60 A 192.0.2.9'],
    })
    matches(t, await service.ask(query('w.star', A)), { rcode: 'REFUSED' })
  },
)

t.test('RFC 4592 §4.2 NS at a wildcard: the name itself is a cut', async (t) => {
  const service = serviceWith('*.host1 3600 IN NS ns.example.com.')
  for (const qname of ['*.host1.example', 'x.*.host1.example']) {
    matches(t, await service.ask(query(qname, A)), {
      authority: ['*.host1.example. 3600 NS ns.example.com.'],
    })
  }
  matches(t, await service.ask(query('*.host1.example', DS)), NODATA)
})

t.test('RFC 4592 §4.3 a CNAME at a wildcard is synthesized and followed', async (t) => {
  const service = serviceWith('*.host1 3600 IN CNAME host1\n*.host2 3600 IN CNAME x.host2')
  matches(t, await service.ask(query('any.thing.host1.example', A)), {
    flags: 'AA',
    answer: ['any.thing.host1.example. 3600 CNAME host1.example.', HOST1],
  })
  matches(t, await service.ask(query('any.host1.example', 5)), {
    flags: 'AA',
    answer: ['any.host1.example. 3600 CNAME host1.example.'],
  })
  matches(t, await service.ask(query('loop.host2.example', A)), {
    rcode: 'SERVFAIL',
    flags: 'AA',
    answer: [
      'loop.host2.example. 3600 CNAME x.host2.example.',
      'x.host2.example. 3600 CNAME x.host2.example.',
    ],
  })
})

t.test('RFC 4592 §4.4 a DNAME at a wildcard redirects below the wildcard itself', async (t) => {
  const service = serviceWith('*.host1 3600 IN DNAME example.net.')
  const dname = '*.host1.example. 3600 DNAME example.net.'
  matches(t, await service.ask(query('x.*.host1.example', A)), {
    flags: 'AA',
    answer: [dname, 'x.*.host1.example. 3600 CNAME x.example.net.'],
  })
  matches(t, await service.ask(query('*.host1.example', DNAME)), { flags: 'AA', answer: [dname] })
})

t.test('RFC 4592 §4.5 an SRV at a wildcard stands in for every service', async (t) => {
  const service = serviceWith('*._udp 3600 IN SRV 1 2 3 host1')
  matches(t, await service.ask(query('_foo._udp.example', SRV)), {
    flags: 'AA',
    answer: ['_foo._udp.example. 3600 SRV 1 2 3 host1.example.'],
    additional: [HOST1],
  })
})

t.test('RFC 4592 §4.6 a DS at a wildcard does no harm', async (t) => {
  const service = serviceWith('*.host1 3600 IN DS 1 13 2 00')
  matches(t, await service.ask(query('*.host1.example', DS)), {
    flags: 'AA',
    answer: ['*.host1.example. 3600 DS 1 13 2 00'],
  })
  matches(t, await service.ask(query('x.host1.example', NS)), NODATA)
})

t.test('RFC 4592 §4.9 a wildcard that is an empty non-terminal synthesizes no data', async (t) => {
  const service = serviceWith('under.*.host1 IN TXT "makes *.host1.example. exist"')
  for (const qname of ['x.host1.example', 'y.x.host1.example', '*.host1.example']) {
    matches(t, await service.ask(query(qname, TXT)), NODATA)
    matches(t, await service.ask(query(qname, ANY)), NODATA)
  }
  matches(t, await service.ask(query('x.*.host1.example', TXT)), NXDOMAIN)
})
