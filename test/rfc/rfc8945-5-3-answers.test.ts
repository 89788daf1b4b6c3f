/** RFC 8945 §5.3: the TSIG on answers, whatever the answer is. */
import dnsPacket from 'dns-packet'
import t from 'tap'
import { addition } from '../support/addition.ts'
import { message, opt, query, question, rr, update } from '../support/messages.ts'
import { allOf, TestService, ZONE_TEXT } from '../support/service.ts'
import {
  countsOf,
  hasTsig,
  isSignedFor,
  isTruncated,
  rcodeOf,
  recordsOf,
  signedWith,
  splitTsig,
  TSIG,
} from '../support/tsig.ts'

const CLASS_NONE = 254
const CLASS_ANY = 255
const inUse = (owner: string): Buffer => rr(owner, 255, CLASS_ANY, 0)
const ADDRESS = Buffer.from([192, 0, 2, 9])
const TWO_QUESTIONS = message({
  questions: [question('www.dyn.example.', 1), question('dyn.example.', 6)],
})

const cases: readonly { rcode: number; what: string; packet: Buffer }[] = [
  { rcode: 0, what: 'an answer', packet: query('www.dyn.example.', 1) },
  { rcode: 0, what: 'NODATA', packet: query('www.dyn.example.', 28) },
  { rcode: 3, what: 'NXDOMAIN', packet: query('none.dyn.example.', 1) },
  { rcode: 5, what: 'REFUSED', packet: query('example.net.', 1) },
  { rcode: 4, what: 'NOTIMP', packet: query('dyn.example.', 253) },
  { rcode: 1, what: 'FORMERR for two questions', packet: TWO_QUESTIONS },
  { rcode: 0, what: 'an UPDATE that is done', packet: addition() },
  {
    rcode: 3,
    what: 'a prerequisite that is NXDOMAIN',
    packet: update('dyn.example.', [inUse('none.dyn.example.')], []),
  },
  {
    rcode: 6,
    what: 'a prerequisite that is YXDOMAIN',
    packet: update('dyn.example.', [rr('www.dyn.example.', 255, CLASS_NONE, 0)], []),
  },
  {
    rcode: 10,
    what: 'a change that is NOTZONE',
    packet: update('dyn.example.', [], [rr('example.net.', 1, 1, 0, ADDRESS)]),
  },
  { rcode: 9, what: 'a zone that is NOTAUTH', packet: update('example.net.', [], []) },
  {
    rcode: 1,
    what: 'a change that is FORMERR',
    packet: update('dyn.example.', [], [rr('x.dyn.example.', 1, 1, 0)]),
  },
]

for (const { rcode, what, packet } of cases) {
  t.test(`RFC 8945 §5.3 ${what} is signed when the request was`, async (t) => {
    const service = new TestService()
    const request = service.sign(packet)
    const answer = await service.ask(request)
    t.equal(rcodeOf(answer), rcode)
    t.equal(splitTsig(answer).tsig.error, 0, 'no TSIG error')
    t.equal(splitTsig(answer).tsig.mac.length, 32)
    t.ok(isSignedFor(answer, request))
  })
}

t.test('RFC 8945 §5.3 BADVERS is signed, the TSIG after the OPT', async (t) => {
  const service = new TestService()
  const request = service.sign(query('www.dyn.example.', 1, { additionals: [opt(1232, 1)] }))
  const answer = await service.ask(request)
  t.strictSame(
    recordsOf(answer).map(({ type }) => type),
    [41, TSIG],
  )
  t.equal(recordsOf(answer)[0]?.ttl, 0x0100_0000, 'the upper bits of RCODE 16')
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8945 §5.3 SERVFAIL for a store that failed is signed', async (t) => {
  const service = new TestService()
  await service.store.close()
  const request = service.sign(addition())
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), 2)
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8945 §5.3 an answer to an unsigned request is never signed', async (t) => {
  for (const { what, packet } of cases) {
    t.notOk(hasTsig(await new TestService().ask(packet)), what)
  }
})

t.test('RFC 8945 §5.3 a signed answer says what an unsigned one says', async (t) => {
  const service = new TestService()
  for (const additionals of [[], [opt()]]) {
    const packet = query('www.dyn.example.', 1, { additionals })
    const plain = await service.ask(packet)
    const request = service.sign(packet)
    const answer = await service.ask(request)
    t.strictSame(splitTsig(answer).message, plain)
    t.ok(isSignedFor(answer, request))
    const decoded = dnsPacket.decode(answer)
    t.strictSame(decoded.answers, dnsPacket.decode(plain).answers)
    t.match(decoded.answers, [{ data: '192.0.2.1' }, { data: '192.0.2.2' }])
    t.match(decoded.additionals?.at(-1), { type: 'TSIG', name: 'ddns-key', class: 'ANY', ttl: 0 })
  }
})

t.test('RFC 8945 §5.3 the answer is signed at the time it is given', async (t) => {
  const service = new TestService()
  const request = service.sign(query('www.dyn.example.', 1))
  service.clock.advanceSeconds(200)
  const answer = await service.ask(request)
  t.match(splitTsig(answer).tsig, { timeSigned: service.clock.nowSeconds(), fudge: 300 })
  t.ok(isSignedFor(answer, request))
})

/** A zone with TXT RRsets at `t0` to `t300`, of so many octets each. */
const textZone = (): TestService => {
  const sizes = Array.from({ length: 301 }, (_, size) => size)
  const lines = sizes.map((size) => `t${size} 60 IN TXT ${'x'.repeat(100)} ${text(size)}`)
  const service = new TestService()
  service.addZone('text.example.', `${ZONE_TEXT}\n${lines.join('\n')}`, [allOf('ddns-key.')])
  return service
}

const text = (size: number): string =>
  size > 250 ? `${'y'.repeat(250)} ${'z'.repeat(size - 250)}` : `"${'y'.repeat(size)}"`

t.test('RFC 8945 §5.3 what only fits without its TSIG is truncated, and signed', async (t) => {
  const service = textZone()
  let truncated = 0
  for (let size = 0; size <= 300; size++) {
    const request = service.sign(query(`t${size}.text.example.`, 16))
    const answer = await service.ask(request)
    t.ok(isSignedFor(answer, request))
    t.ok(answer.length <= 512, `${answer.length} octets`)
    if (!isTruncated(answer)) {
      t.equal(truncated, 0, 'no answer is truncated that is shorter than one that is not')
      t.strictSame(countsOf(answer), [1, 1, 0, 1])
      continue
    }
    truncated++
    t.equal(rcodeOf(answer), 0)
    t.strictSame(countsOf(answer), [1, 0, 0, 1], 'only the question and the TSIG')
    const plain = await service.ask(query(`t${size}.text.example.`, 16))
    t.notOk(isTruncated(plain), 'without a TSIG there is room')
  }
  t.ok(truncated > 0)
})

t.test('RFC 8945 §5.3 over TCP the same is whole, and signed', async (t) => {
  const service = textZone()
  const request = service.sign(query('t300.text.example.', 16))
  const answer = await service.ask(request, 'tcp')
  t.notOk(isTruncated(answer))
  t.strictSame(countsOf(answer), [1, 1, 0, 1])
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8945 §5.3 with EDNS a truncated answer has OPT and TSIG', async (t) => {
  const service = textZone()
  const packet = query('t300.text.example.', 16, { additionals: [opt(512)] })
  const request = service.sign(packet)
  const answer = await service.ask(request)
  t.ok(isTruncated(answer))
  t.ok(answer.length <= 512)
  t.strictSame(countsOf(answer), [1, 0, 0, 2])
  t.ok(isSignedFor(answer, request))
  const roomy = service.sign(query('t300.text.example.', 16, { additionals: [opt(1232)] }))
  t.notOk(isTruncated(await service.ask(roomy)), 'with room there is no need')
})

t.test('RFC 8945 §5.3 each request of a client gets an answer of its own', async (t) => {
  const service = new TestService()
  const requests = [1, 2, 3].map((id) =>
    signedWith(query('www.dyn.example.', 1, { id }), { originalId: id }),
  )
  const answers = await Promise.all(requests.map((request) => service.ask(request)))
  for (const [index, request] of requests.entries()) {
    const verifying = answers.map((answer) => isSignedFor(answer, request))
    t.strictSame(
      verifying,
      requests.map((_, other) => other === index),
    )
  }
})
