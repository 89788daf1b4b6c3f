/** RFC 8945 §5.3: a signed answer that does not fit is the question and its signature, no more. */
import { decode } from 'dns-packet'
import t from 'tap'
import { query } from '../support/messages.ts'
import { option, Option, optionOf, optionsOf, optWith } from '../support/options.ts'
import { TestService } from '../support/service.ts'
import {
  countsOf,
  isSignedFor,
  isTruncated,
  rcodeOf,
  recordsOf,
  splitTsig,
  TSIG,
} from '../support/tsig.ts'

const A = 1
const TXT = 16
const SRV = 33
const OPT = 41

/** Three labels that nothing else has, so that they cannot be compressed. */
const long = (letter: string): string => Array(3).fill(letter.repeat(60)).join('.')

/** Each of these has an answer that fits a datagram in part, and not as a whole. */
const ZONE = `
$TTL 3600
@      IN SOA ns1.${long('x')} hostmaster.${long('y')} 10 7200 900 604800 300
@      IN NS  ns1
ns1    IN A   192.0.2.53
text   IN TXT ${`"${'t'.repeat(240)}" `.repeat(2)}
alias  IN CNAME text
gone   IN CNAME none.${long('z')}
sub    IN NS  ns.sub
sub    IN NS  ns2.sub
ns.sub  IN AAAA 2001:db8::1
${Array.from({ length: 30 }, (_, n) => `ns2.sub IN AAAA 2001:db8::${n + 2}`).join('\n')}
srv    IN SRV 1 1 1 many
${Array.from({ length: 60 }, (_, n) => `many IN A 192.0.2.${n}`).join('\n')}
`

const service = new TestService(ZONE)

const cases = [
  { what: 'an RRset that does not fit', name: 'text', type: TXT },
  { what: 'a CNAME whose end does not fit', name: 'alias', type: TXT },
  { what: 'a referral whose glue does not fit', name: 'x.sub', type: A },
  { what: 'a CNAME to nowhere, without room for the SOA', name: 'gone', type: A },
]

for (const { what, name, type } of cases) {
  t.test(`RFC 8945 §5.3 ${what}: TC, RCODE 0, the question and the TSIG`, async (t) => {
    const request = service.sign(query(`${name}.dyn.example.`, type, { id: 77, flags: 0x0100 }))
    const answer = await service.ask(request)
    t.ok(answer.length <= 512)
    t.equal(isTruncated(answer), true)
    t.equal(rcodeOf(answer), 0)
    t.strictSame(countsOf(answer), [1, 0, 0, 1])
    t.strictSame(
      recordsOf(answer).map((record) => record.type),
      [TSIG],
    )
    t.ok(isSignedFor(answer, request))
    const { message } = splitTsig(answer)
    t.match(decode(message), { id: 77, flag_tc: true, flag_rd: true, rcode: 'NOERROR' })
    t.match(decode(message).questions, [{ name: `${name}.dyn.example` }])
  })

  t.test(`RFC 2181 §9 ${what}: unsigned, what did fit is there`, async (t) => {
    const answer = await service.ask(query(`${name}.dyn.example.`, type))
    t.equal(isTruncated(answer), true)
    if (name === 'text') t.strictSame(countsOf(answer), [1, 0, 0, 0])
    else t.not(countsOf(answer).join(), '1,0,0,0')
    if (name === 'gone') t.equal(rcodeOf(answer), 3)
  })

  t.test(`RFC 8945 §5.3 ${what}: over TCP it is whole`, async (t) => {
    const request = service.sign(query(`${name}.dyn.example.`, type))
    const answer = await service.ask(request, 'tcp')
    t.equal(isTruncated(answer), false)
    t.equal(rcodeOf(answer), name === 'gone' ? 3 : 0)
    t.ok(recordsOf(answer).length > 1, 'there are data')
    t.ok(isSignedFor(answer, request))
  })
}

t.test('RFC 8945 §5.3 what may be left out does not truncate a signed answer', async (t) => {
  const request = service.sign(query('srv.dyn.example.', SRV))
  const answer = await service.ask(request)
  t.equal(isTruncated(answer), false)
  t.strictSame(countsOf(answer), [1, 1, 0, 1], 'without the addresses')
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8945 §5.3 the OPT of a truncated answer has its options', async (t) => {
  const named = new TestService(ZONE, undefined, { serverId: 'ns1' })
  const options = [option(Option.COOKIE, Buffer.alloc(8, 3)), option(Option.NSID)]
  const additionals = [optWith(options, 512)]
  const request = named.sign(query('text.dyn.example.', TXT, { additionals }))
  const answer = await named.ask(request)
  t.ok(answer.length <= 512)
  t.equal(isTruncated(answer), true)
  t.strictSame(
    recordsOf(answer).map((record) => record.type),
    [OPT, TSIG],
  )
  t.equal(optionsOf(answer)?.length, 2)
  t.equal(optionOf(answer, Option.NSID)?.toString(), 'ns1')
  t.ok(isSignedFor(answer, request))
  t.equal(named.counters.of('answers truncated'), 1)
})
