/** RFC 8945 §5.2.1: keys and algorithms that the server does not have. */
import t from 'tap'
import { addition, wasAdded } from '../support/addition.ts'
import { query, wireName } from '../support/messages.ts'
import { TestService, tsigKey } from '../support/service.ts'
import {
  countsOf,
  isSignedFor,
  macOf,
  rcodeOf,
  signedWith,
  splitTsig,
  tsigFields,
  withTsig,
} from '../support/tsig.ts'

const NOERROR = 0
const NOTAUTH = 9
const BADKEY = 17

const strangers = [
  { why: 'an unknown key', keyName: 'nobody.', algorithmName: 'hmac-sha256.' },
  { why: 'a name below a key', keyName: 'a.ddns-key.', algorithmName: 'hmac-sha256.' },
  { why: 'the root', keyName: '.', algorithmName: 'hmac-sha256.' },
  { why: 'another algorithm', keyName: 'ddns-key.', algorithmName: 'hmac-sha512.' },
  { why: 'an unknown algorithm', keyName: 'ddns-key.', algorithmName: 'hmac-sha3-256.' },
  { why: 'one that is not implemented', keyName: 'ddns-key.', algorithmName: 'gss-tsig.' },
  { why: 'half of a name', keyName: 'md5.', algorithmName: 'hmac-md5.' },
]

for (const { why, keyName, algorithmName } of strangers) {
  t.test(`RFC 8945 §5.2.1 ${why} is NOTAUTH with BADKEY, unsigned`, async (t) => {
    const names = { keyName: wireName(keyName), algorithmName: wireName(algorithmName) }
    for (const packet of [addition(), query('www.dyn.example.', 1)]) {
      const service = new TestService()
      service.keyring.add(tsigKey('md5.', 'hmac-md5'))
      const answer = await service.ask(signedWith(packet, names))
      t.equal(rcodeOf(answer), NOTAUTH)
      t.strictSame(countsOf(answer), [1, 0, 0, 1], 'the question and the TSIG, nothing else')
      t.match(splitTsig(answer).tsig, { ...names, error: BADKEY, otherData: Buffer.alloc(0) })
      t.equal(splitTsig(answer).tsig.mac.length, 0)
      t.notOk(await wasAdded(service))
    }
  })
}

t.test('RFC 8945 §5.2, §5.2.1 an UPDATE with an unknown key is logged', async (t) => {
  const service = new TestService()
  await service.ask(signedWith(addition(), { keyName: wireName('nobody.') }))
  t.equal(service.lines.length, 1)
  t.match(service.lines[0]?.fields, {
    rcode: 'NOTAUTH',
    reason: 'unknown key nobody.',
    principal: 'anonymous',
    source: '192.0.2.77#5353',
    zone: 'dyn.example.',
  })
})

t.test('RFC 8945 §5.2.1 an UPDATE with another algorithm is logged with ours', async (t) => {
  const service = new TestService()
  await service.ask(signedWith(addition(), { algorithmName: wireName('hmac-sha1.') }))
  t.match(service.lines[0]?.fields, { reason: 'key ddns-key. is for hmac-sha256' })
})

t.test('RFC 8945 §5.2.1, RFC 4343 §3 key names are compared without case', async (t) => {
  for (const spelling of ['ddns-key.', 'DDNS-KEY.', 'dDnS-kEy.']) {
    const service = new TestService()
    const request = signedWith(addition(), { keyName: wireName(spelling) })
    const answer = await service.ask(request)
    t.equal(rcodeOf(answer), NOERROR, spelling)
    t.ok(await wasAdded(service))
    t.strictSame(splitTsig(answer).tsig.keyName, wireName(spelling), 'spelled as in the request')
    t.ok(isSignedFor(answer, request), 'and verifies so')
  }
})

t.test('RFC 8945 §5.2.1 a key that is written in upper case is found by any', async (t) => {
  const service = new TestService()
  service.keyring.add(tsigKey('Office-Key.'))
  const request = signedWith(query('www.dyn.example.', 1), { keyName: wireName('office-KEY.') })
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), NOERROR)
  t.ok(isSignedFor(answer, request))
})

t.test('RFC 8945 §5.2.1 a right MAC does not help where the algorithm differs', async (t) => {
  const service = new TestService()
  const tsig = tsigFields({ algorithmName: wireName('hmac-sha512.') })
  const mac = macOf(addition(), tsig, { digest: 'sha512' })
  const answer = await service.ask(withTsig(addition(), { ...tsig, mac }))
  t.equal(rcodeOf(answer), NOTAUTH)
  t.equal(splitTsig(answer).tsig.error, BADKEY)
  t.notOk(await wasAdded(service))
})
