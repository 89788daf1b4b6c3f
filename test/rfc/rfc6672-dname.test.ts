/** RFC 6672: DNAME, the table of its §2.2, and the CNAME that is made for those who do not know it. */
import t from 'tap'
import { matches } from '../support/answers.ts'
import { query, wireName } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const A = 1
const CNAME = 5
const TXT = 16
const DNAME = 39
const ANY = 255

const head = '$TTL 3600\n@ IN SOA ns.test. h.test. 1 7200 900 604800 300\n@ IN NS ns.test.\n'

const soa = (apex: string): string => `${apex} 300 SOA ns.test. h.test. 1 7200 900 604800 300`

interface Row {
  readonly qname: string
  readonly owner: string
  readonly target: string
  /** Undefined for "no match". */
  readonly result: string | undefined
}

/** §2.2, table 1, but for the row that depends on QTYPE. */
const TABLE: readonly Row[] = [
  { qname: 'com.', owner: 'example.com.', target: 'example.net.', result: undefined },
  {
    qname: 'a.example.com.',
    owner: 'example.com.',
    target: 'example.net.',
    result: 'a.example.net.',
  },
  {
    qname: 'a.b.example.com.',
    owner: 'example.com.',
    target: 'example.net.',
    result: 'a.b.example.net.',
  },
  { qname: 'ab.example.com.', owner: 'b.example.com.', target: 'example.net.', result: undefined },
  {
    qname: 'foo.example.com.',
    owner: 'example.com.',
    target: 'example.net.',
    result: 'foo.example.net.',
  },
  {
    qname: 'a.x.example.com.',
    owner: 'x.example.com.',
    target: 'example.net.',
    result: 'a.example.net.',
  },
  {
    qname: 'a.example.com.',
    owner: 'example.com.',
    target: 'y.example.net.',
    result: 'a.y.example.net.',
  },
]

for (const { qname, owner, target, result } of TABLE) {
  t.test(`RFC 6672 §2.2 ${qname} where ${owner} leads to ${target}`, async (t) => {
    const service = new TestService()
    service.addZone('com.', `${head}${owner} IN DNAME ${target}\n`)
    const answer = await service.ask(query(qname, A))
    if (result === undefined) {
      const rcode = qname === 'com.' ? 'NOERROR' : 'NXDOMAIN'
      matches(t, answer, { rcode, flags: 'AA', authority: [soa('com.')] })
    } else {
      matches(t, answer, {
        flags: 'AA',
        answer: [`${owner} 3600 DNAME ${target}`, `${qname} 3600 CNAME ${result}`],
      })
    }
  })
}

t.test('RFC 6672 §2.2 the owner itself is not redirected, and has its own data', async (t) => {
  const service = new TestService()
  service.addZone('com.', `${head}example IN DNAME example.net.\nexample IN TXT "own"\n`)
  matches(t, await service.ask(query('example.com', DNAME)), {
    flags: 'AA',
    answer: ['example.com. 3600 DNAME example.net.'],
  })
  matches(t, await service.ask(query('example.com', TXT)), {
    flags: 'AA',
    answer: ['example.com. 3600 TXT "own"'],
  })
  const nodata = await service.ask(query('example.com', A))
  matches(t, nodata, { flags: 'AA', authority: [soa('com.')] })
})

t.test('RFC 6672 §2.2 a DNAME onto itself is one step of a loop', async (t) => {
  const service = new TestService()
  service.addZone('com.', `${head}example IN DNAME example.com.\n`)
  matches(t, await service.ask(query('cyc.example.com', A)), {
    rcode: 'SERVFAIL',
    flags: 'AA',
    answer: [
      'example.com. 3600 DNAME example.com.',
      'cyc.example.com. 3600 CNAME cyc.example.com.',
    ],
  })
})

t.test('RFC 2181 §5.5 a DNAME that a chain comes by again is written once', async (t) => {
  const service = new TestService()
  service.addZone('com.', `${head}example IN DNAME c.example.com.\n`)
  const steps = Array.from({ length: 17 }, (_, i) => {
    const owner = `cyc${'.c'.repeat(i)}.example.com.`
    return `${owner} 3600 CNAME cyc${'.c'.repeat(i + 1)}.example.com.`
  })
  matches(t, await service.ask(query('cyc.example.com', A), 'tcp'), {
    flags: 'AA',
    answer: ['example.com. 3600 DNAME c.example.com.', ...steps],
  })
})

t.test('RFC 6672 §2.2 shortloop.x.x. gets shorter until it leaves the zone', async (t) => {
  const service = new TestService()
  service.addZone('x.', `${head}@ IN DNAME .\n`)
  matches(t, await service.ask(query('shortloop.x.x', A)), {
    flags: 'AA',
    answer: [
      'x. 3600 DNAME .',
      'shortloop.x.x. 3600 CNAME shortloop.x.',
      'shortloop.x. 3600 CNAME shortloop.',
    ],
  })
})

t.test('RFC 6672 §2.3 a DNAME at the apex leaves SOA and NS alone', async (t) => {
  const service = new TestService()
  service.addZone('x.', `${head}@ IN DNAME y.\n`)
  matches(t, await service.ask(query('x', 2)), { flags: 'AA', answer: ['x. 3600 NS ns.test.'] })
  matches(t, await service.ask(query('x', A)), { flags: 'AA', authority: [soa('x.')] })
  matches(t, await service.ask(query('a.b.x', A)), {
    flags: 'AA',
    answer: ['x. 3600 DNAME y.', 'a.b.x. 3600 CNAME a.b.y.'],
  })
})

t.test('RFC 6672 §2.4 what is below a DNAME is not seen', async (t) => {
  const service = new TestService()
  const below = 'a.d IN TXT "hidden"\ncut.d IN NS ns.test.\n*.d IN TXT "hidden"\n'
  service.addZone('com.', `${head}d IN DNAME e.com.\n${below}a.e IN TXT "seen"\n`)
  matches(t, await service.ask(query('a.d.com', TXT)), {
    flags: 'AA',
    answer: [
      'd.com. 3600 DNAME e.com.',
      'a.d.com. 3600 CNAME a.e.com.',
      'a.e.com. 3600 TXT "seen"',
    ],
  })
  matches(t, await service.ask(query('x.cut.d.com', TXT)), {
    rcode: 'NXDOMAIN',
    flags: 'AA',
    answer: ['d.com. 3600 DNAME e.com.', 'x.cut.d.com. 3600 CNAME x.cut.e.com.'],
    authority: [soa('com.')],
  })
})

t.test(
  'RFC 6672 §3.1 the CNAME has the TTL of the DNAME, and QTYPE CNAME ends there',
  async (t) => {
    const service = new TestService()
    service.addZone('com.', `${head}d 77 IN DNAME e.com.\na.e IN CNAME b.e\n`)
    const answer = ['d.com. 77 DNAME e.com.', 'a.d.com. 77 CNAME a.e.com.']
    for (const qtype of [CNAME, ANY]) {
      matches(t, await service.ask(query('a.d.com', qtype)), { flags: 'AA', answer })
    }
  },
)

t.test('RFC 6672 §3.2 DNAME and CNAME take turns, also in another zone', async (t) => {
  const service = new TestService()
  service.addZone('com.', `${head}d IN DNAME d.net.\nback IN A 192.0.2.1\n`)
  service.addZone('net.', `${head}a.d IN CNAME x.d.com.\nx.d IN CNAME back.com.\n`)
  matches(t, await service.ask(query('a.d.com', A)), {
    flags: 'AA',
    answer: [
      'd.com. 3600 DNAME d.net.',
      'a.d.com. 3600 CNAME a.d.net.',
      'a.d.net. 3600 CNAME x.d.com.',
      'x.d.com. 3600 CNAME x.d.net.',
      'x.d.net. 3600 CNAME back.com.',
      'back.com. 3600 A 192.0.2.1',
    ],
  })
})

t.test('RFC 2181 §5.5 a DNAME that a chain ends in is not repeated', async (t) => {
  const service = new TestService()
  service.addZone('com.', `${head}d IN DNAME e.com.\na.e IN CNAME D\n`)
  matches(t, await service.ask(query('a.d.com', DNAME)), {
    flags: 'AA',
    answer: [
      'd.com. 3600 DNAME e.com.',
      'a.d.com. 3600 CNAME a.e.com.',
      'a.e.com. 3600 CNAME D.com.',
    ],
  })
})

const label = 'l'.repeat(63)

t.test('RFC 6672 §2.2 a name that gets too long is YXDOMAIN, the DNAME with it', async (t) => {
  const target = `${label}.${label}.net.`
  const service = new TestService()
  service.addZone('com.', `${head}d IN DNAME ${target}\n`)
  const dname = `d.com. 3600 DNAME ${target}`
  // 128 + 5 octets of target: 122 octets in front of it make 255.
  const fits = `${label}.${'f'.repeat(57)}`
  matches(t, await service.ask(query(`${fits}.d.com`, A), 'tcp'), {
    flags: 'AA',
    answer: [dname, `${fits}.d.com. 3600 CNAME ${fits}.${target}`],
  })
  matches(t, await service.ask(query(`${fits}f.d.com`, A)), {
    rcode: 'YXDOMAIN',
    flags: 'AA',
    answer: [dname],
  })
})

t.test('RFC 6672 §2.5 the target is not compressed, the CNAME made of it is', async (t) => {
  const service = new TestService()
  service.addZone('com.', `${head}d IN DNAME e.com.\n`)
  const answer = await service.ask(query('a.d.com', A))
  const target = wireName('e.com')
  t.equal(answer.indexOf(target), 12 + 9 + 4 + 12)
  t.equal(answer.lastIndexOf(target), answer.indexOf(target))
})
