/** RFC 8945 §5.1: requests as clients sign them are taken, over either transport. */
import t from 'tap'
import { addition, wasAdded } from '../support/addition.ts'
import { opt, query, rr, signed, update, wireName } from '../support/messages.ts'
import { allOf, SECRET, TestService, tsigKey, ZONE_TEXT } from '../support/service.ts'
import {
  hasTsig,
  isSignedFor,
  rcodeOf,
  signedWith,
  splitTsig,
  tsigFields,
  withTsig,
} from '../support/tsig.ts'

const NOERROR = 0
const FORMERR = 1

const algorithms = [
  { name: 'hmac-md5.sig-alg.reg.int', text: 'hmac-md5', digest: 'md5' },
  { name: 'hmac-sha1', text: 'hmac-sha1', digest: 'sha1' },
  { name: 'hmac-sha224', text: 'hmac-sha224', digest: 'sha224' },
  { name: 'hmac-sha256', text: 'hmac-sha256', digest: 'sha256' },
  { name: 'hmac-sha384', text: 'hmac-sha384', digest: 'sha384' },
  { name: 'hmac-sha512', text: 'hmac-sha512', digest: 'sha512' },
]

for (const { name, text, digest } of algorithms) {
  t.test(`RFC 8945 §5.1, §6 an UPDATE signed with ${name} is done`, async (t) => {
    const service = new TestService()
    service.keyring.add(tsigKey('other-key.', text))
    service.addZone('other.example.', ZONE_TEXT, [allOf('other-key.')])
    const options = { secret: SECRET, timeSeconds: service.clock.nowSeconds() }
    const record = rr('new.other.example.', 1, 1, 60, Buffer.from([192, 0, 2, 9]))
    const request = signed(update('other.example.', [], [record]), {
      ...options,
      keyName: 'other-key',
      algorithmName: name,
      digest,
    })
    const answer = await service.ask(request)
    t.equal(rcodeOf(answer), NOERROR)
    t.ok(isSignedFor(answer, request, { digest }))
    t.strictSame(splitTsig(answer).tsig.algorithmName, wireName(name))
    t.equal(rcodeOf(await service.ask(query('new.other.example.', 1))), NOERROR, 'it is there')
  })
}

t.test('RFC 8945 §5.1 the TSIG is the last of the additional records', async (t) => {
  const additionals = [opt(), rr('x.', 1, 1, 0, Buffer.from([192, 0, 2, 1]))]
  for (const count of [0, 1, 2]) {
    const service = new TestService()
    const request = service.sign(addition({ additionals: additionals.slice(0, count) }))
    const answer = await service.ask(request)
    t.equal(rcodeOf(answer), NOERROR, `after ${count} others`)
    t.ok(isSignedFor(answer, request))
    t.ok(await wasAdded(service))
  }
})

t.test('RFC 8945 §5.1 UPDATE and QUERY are signed alike, over UDP and TCP', async (t) => {
  for (const transport of ['udp', 'tcp'] as const) {
    for (const packet of [addition(), query('www.dyn.example.', 1)]) {
      const service = new TestService()
      const request = service.sign(packet)
      const answer = await service.ask(request, transport)
      t.equal(rcodeOf(answer), NOERROR)
      t.ok(isSignedFor(answer, request))
    }
  }
})

t.test('RFC 8945 §5.1 ARCOUNT counts the TSIG, or the message is FORMERR', async (t) => {
  for (const wrong of [0, 2]) {
    const service = new TestService()
    const request = service.sign(addition())
    request.writeUInt16BE(wrong, 10)
    const answer = await service.ask(request)
    t.equal(rcodeOf(answer), FORMERR, `ARCOUNT ${wrong}`)
    t.notOk(hasTsig(answer))
    t.notOk(await wasAdded(service))
  }
})

t.test('RFC 8945 §5.1 an UPDATE without changes is answered and signed', async (t) => {
  const service = new TestService()
  const request = service.sign(update('dyn.example.', [], []))
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), NOERROR)
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8945 §5.1 a message that is only a header and a TSIG is read', async (t) => {
  const service = new TestService()
  const request = signedWith(Buffer.from('123428000000000000000000', 'hex'))
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), FORMERR, 'an UPDATE has a zone')
  t.ok(isSignedFor(answer, request), 'which is no TSIG error, so that the answer is signed')
})

t.test('RFC 8945 §5.1 a message that is only half a TSIG is FORMERR', async (t) => {
  const whole = withTsig(addition(), tsigFields({ mac: Buffer.alloc(32) }))
  const start = addition().length
  for (let end = start + 1; end < whole.length; end++) {
    const answer = await new TestService().ask(whole.subarray(0, end))
    t.equal(rcodeOf(answer), FORMERR, `${end - start} of ${whole.length - start} octets`)
  }
})
