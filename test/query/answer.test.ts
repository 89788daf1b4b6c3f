/** Answers from the data of one zone: exact names, no data, no name, spelling and compression. */
import t from 'tap'
import { matches } from '../support/answers.ts'
import { hex, message, query, question, wireName } from '../support/messages.ts'
import { TestService } from '../support/service.ts'

const ZONE = `
$TTL 3600
@          IN SOA ns1 hostmaster 10 7200 900 604800 300
@          IN NS  ns1
@          IN NS  ns2.example.
@          IN MX  10 mail
@          IN MX  20 mail.example.
ns1        IN A   192.0.2.53
ns1        IN AAAA 2001:db8::53
mail       IN A   192.0.2.25
MAIL       IN TXT "same name"
self       IN MX  10 self
self       IN A   192.0.2.26
www    60  IN A   192.0.2.1
www    60  IN A   192.0.2.2
www    90  IN TXT "hello" "world"
_http._tcp IN SRV 1 2 80 www
_http._tcp IN SRV 1 2 80 nowhere
alias      IN CNAME www
viaalias   IN MX  10 alias
Spelled    IN CNAME WwW.Dyn.Example.
odd        IN TYPE65280 \\# 5 C00C000102
mixed      IN TYPE65280 \\# 9 0357774103636F6D00
`

const SOA = 'dyn.example. 300 SOA ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 300'

const service = new TestService(ZONE)

const A = 1
const NS = 2
const SOA_TYPE = 6
const MX = 15
const TXT = 16
const AAAA = 28
const SRV = 33
const UNKNOWN = 65280

t.test('RFC 1034 §4.3.2 step 3a all records of the RRset asked for are answered', async (t) => {
  matches(t, await service.ask(query('www.dyn.example', A)), {
    flags: 'AA',
    answer: ['www.dyn.example. 60 A 192.0.2.1', 'www.dyn.example. 60 A 192.0.2.2'],
  })
  matches(t, await service.ask(query('www.dyn.example', TXT)), {
    flags: 'AA',
    answer: ['www.dyn.example. 90 TXT "hello" "world"'],
  })
})

t.test('RFC 1035 §4.1.1 the ID and RD come back; RA, Z, AD and CD stay clear', async (t) => {
  const packet = query('www.dyn.example', TXT, { id: 0xbeef, flags: 0x0100 | 0x0070 })
  const answer = await service.ask(packet)
  t.equal(answer.readUInt16BE(0), 0xbeef)
  matches(t, answer, { flags: 'AA RD', answer: ['www.dyn.example. 90 TXT "hello" "world"'] })
})

t.test('RFC 2308 §2.2 a name without the type is NODATA, with the SOA', async (t) => {
  matches(t, await service.ask(query('www.dyn.example', AAAA)), { flags: 'AA', authority: [SOA] })
  matches(t, await service.ask(query('dyn.example', A)), { flags: 'AA', authority: [SOA] })
})

t.test('RFC 4592 §2.2.2 an empty non-terminal is NODATA, not NXDOMAIN', async (t) => {
  matches(t, await service.ask(query('_tcp.dyn.example', A)), { flags: 'AA', authority: [SOA] })
})

t.test('RFC 2308 §2.1 a name that does not exist is NXDOMAIN, with the SOA', async (t) => {
  for (const name of ['nope.dyn.example', 'x.www.dyn.example', '*.dyn.example', 'ww.dyn.example']) {
    const answer = await service.ask(query(name, A))
    matches(t, answer, { rcode: 'NXDOMAIN', flags: 'AA', authority: [SOA] })
  }
})

t.test('RFC 1034 §4.3.2 step 6 MX, SRV and NS bring the addresses of the zone', async (t) => {
  const [ns1A, ns1Aaaa] = [
    'ns1.dyn.example. 3600 A 192.0.2.53',
    'ns1.dyn.example. 3600 AAAA 2001:db8::53',
  ]
  matches(t, await service.ask(query('dyn.example', MX)), {
    flags: 'AA',
    answer: ['dyn.example. 3600 MX 10 mail.dyn.example.', 'dyn.example. 3600 MX 20 mail.example.'],
    additional: ['mail.dyn.example. 3600 A 192.0.2.25'],
  })
  matches(t, await service.ask(query('dyn.example', NS)), {
    flags: 'AA',
    answer: ['dyn.example. 3600 NS ns1.dyn.example.', 'dyn.example. 3600 NS ns2.example.'],
    additional: [ns1A, ns1Aaaa],
  })
  matches(t, await service.ask(query('_http._tcp.dyn.example', SRV)), {
    flags: 'AA',
    answer: [
      '_http._tcp.dyn.example. 3600 SRV 1 2 80 www.dyn.example.',
      '_http._tcp.dyn.example. 3600 SRV 1 2 80 nowhere.dyn.example.',
    ],
    additional: ['www.dyn.example. 60 A 192.0.2.1', 'www.dyn.example. 60 A 192.0.2.2'],
  })
  matches(t, await service.ask(query('dyn.example', SOA_TYPE)), {
    flags: 'AA',
    answer: [SOA.replace(' 300 ', ' 3600 ')],
  })
})

t.test('RFC 2181 §10.3 an exchanger that is an alias brings no addresses', async (t) => {
  matches(t, await service.ask(query('viaalias.dyn.example', MX)), {
    flags: 'AA',
    answer: ['viaalias.dyn.example. 3600 MX 10 alias.dyn.example.'],
  })
})

t.test('an exchanger below a cut brings no addresses with an answer', async (t) => {
  const zone = `${ZONE}\nsub IN NS ns.sub\nns.sub IN A 192.0.2.9\nglued IN MX 1 ns.sub\n`
  matches(t, await new TestService(zone).ask(query('glued.dyn.example', MX)), {
    flags: 'AA',
    answer: ['glued.dyn.example. 3600 MX 1 ns.sub.dyn.example.'],
  })
})

t.test('RFC 2181 §5.5 an RRset that ANY brought is not repeated as additional', async (t) => {
  const answer = await service.ask(query('self.dyn.example', 255), 'tcp')
  matches(t, answer, {
    flags: 'AA',
    answer: [
      'self.dyn.example. 3600 MX 10 self.dyn.example.',
      'self.dyn.example. 3600 A 192.0.2.26',
    ],
  })
  matches(t, await service.ask(query('self.dyn.example', MX)), {
    flags: 'AA',
    answer: ['self.dyn.example. 3600 MX 10 self.dyn.example.'],
    additional: ['self.dyn.example. 3600 A 192.0.2.26'],
  })
})

t.test('RFC 4343 §4.1 names match in any case, and the question keeps its spelling', async (t) => {
  const answer = await service.ask(query('wWw.DyN.eXaMpLe', A))
  const { question: asked } = matches(t, answer, {
    flags: 'AA',
    answer: ['wWw.DyN.eXaMpLe. 60 A 192.0.2.1', 'wWw.DyN.eXaMpLe. 60 A 192.0.2.2'],
  })
  t.strictSame(asked, ['wWw.DyN.eXaMpLe. A'])
})

t.test('RFC 4343 §4.1 records at two spellings of a name are of one name', async (t) => {
  matches(t, await service.ask(query('mail.dyn.example', TXT)), {
    flags: 'AA',
    answer: ['mail.dyn.example. 3600 TXT "same name"'],
  })
})

t.test('RFC 1035 §4.1.4 owner names are pointers to the question, octet for octet', async (t) => {
  const answer = await service.ask(query('www.dyn.example', A))
  const expected = Buffer.concat([
    hex('1234 8400 0001 0002 0000 0000'),
    question('www.dyn.example', A),
    hex('c00c 0001 0001 0000003c 0004 c0000201'),
    hex('c00c 0001 0001 0000003c 0004 c0000202'),
  ])
  t.equal(answer.toString('hex'), expected.toString('hex'))
})

t.test('RFC 1035 §4.1.4 names in old RDATA are compressed too', async (t) => {
  const answer = await service.ask(query('dyn.example', MX))
  // `mail` and a pointer to `dyn.example`, then `mail` and a pointer to `example` inside it.
  t.match(answer.toString('hex'), '0009000a046d61696cc00c')
  t.match(answer.toString('hex'), '00090014046d61696cc010')
  t.equal(answer.indexOf(wireName('mail.dyn.example')), -1)
})

t.test('RFC 3597 §4 the target of an SRV is not compressed', async (t) => {
  const answer = await service.ask(query('_http._tcp.dyn.example', SRV))
  t.not(answer.indexOf(wireName('www.dyn.example')), -1)
})

t.test('RFC 4343 §4.1 the spelling of names in RDATA is kept', async (t) => {
  const answer = await service.ask(query('spelled.dyn.example', 5))
  matches(t, answer, {
    flags: 'AA',
    answer: ['spelled.dyn.example. 3600 CNAME WwW.Dyn.Example.'],
  })
})

t.test('RFC 3597 §3 RDATA of an unknown type comes back octet for octet', async (t) => {
  matches(t, await service.ask(query('odd.dyn.example', UNKNOWN)), {
    flags: 'AA',
    answer: ['odd.dyn.example. 3600 TYPE65280 c00c000102'],
  })
  matches(t, await service.ask(query('mixed.dyn.example', UNKNOWN)), {
    flags: 'AA',
    answer: ['mixed.dyn.example. 3600 TYPE65280 0357774103636f6d00'],
  })
  const nodata = await service.ask(query('odd.dyn.example', UNKNOWN + 1))
  matches(t, nodata, { flags: 'AA', authority: [SOA] })
})

t.test(
  'RFC 1035 §4.1.4 a question whose name is compressed into itself is no question',
  async (t) => {
    const packet = message({ questions: [Buffer.concat([hex('03777777 c00c'), hex('0001 0001')])] })
    const answer = await service.ask(packet)
    t.equal(answer.toString('hex'), '123480010000000000000000')
  },
)
