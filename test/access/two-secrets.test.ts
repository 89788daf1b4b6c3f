/** RFC 8945 §5.2.2 with a key that is rotated: either of its secrets will do. */
import t from 'tap'
import type { TsigKey } from '../../src/access/keyring.ts'
import { addition, wasAdded } from '../support/addition.ts'
import { signed, type SignOptions } from '../support/messages.ts'
import { allOf, ruleFor, TestService, tsigKey, ZONE_TEXT } from '../support/service.ts'
import { isSignedFor, rcodeOf, splitTsig } from '../support/tsig.ts'

const NEW = Buffer.alloc(32, 1)
const OLD = Buffer.alloc(32, 2)

const withKey = (current: TsigKey, old: TsigKey): TestService => {
  const service = new TestService()
  service.keyring.add(current, { old })
  return service
}

const sign = (service: TestService, more: Partial<SignOptions>): Buffer => {
  const timeSeconds = service.clock.nowSeconds()
  return signed(addition(), { keyName: 'k.', secret: NEW, timeSeconds, ...more })
}

const REFUSED = 5
const NOTAUTH = 9

t.test('RFC 8945 §5.3 the secret that verified signs the answer', async (t) => {
  const service = withKey(tsigKey('k.', 'hmac-sha256', NEW), tsigKey('k.', 'hmac-sha256', OLD))
  for (const secret of [NEW, OLD]) {
    const request = sign(service, { secret })
    const answer = await service.ask(request)
    // The key is proved and has no grant.
    t.equal(rcodeOf(answer), REFUSED)
    t.ok(isSignedFor(answer, request, { secret }))
    service.service.keyUses.save()
  }
  t.equal(service.uses.keyUses().size, 2, 'each has a last use of its own')
})

t.test('RFC 8945 §5.2.2 a third secret is BADSIG', async (t) => {
  const service = withKey(tsigKey('k.', 'hmac-sha256', NEW), tsigKey('k.', 'hmac-sha256', OLD))
  const answer = await service.ask(sign(service, { secret: Buffer.alloc(32, 3) }))
  t.equal(rcodeOf(answer), NOTAUTH)
  t.equal(splitTsig(answer).tsig.error, 16)
  t.match(service.lines[0]?.fields, {
    reason: 'the signature is not made with our secret of key k.',
  })
  service.service.keyUses.save()
  t.equal(service.uses.keyUses().size, 0)
})

t.test('RFC 8945 §5.2.1 the two may be for different algorithms, each for its own', async (t) => {
  const service = withKey(tsigKey('k.', 'hmac-sha512', NEW), tsigKey('k.', 'hmac-sha256', OLD))
  const sha512 = { algorithmName: 'hmac-sha512', digest: 'sha512' }
  for (const [more, rcode] of [
    [{ secret: NEW, ...sha512 }, REFUSED],
    [{ secret: OLD }, REFUSED],
    [{ secret: NEW }, NOTAUTH],
    [{ secret: OLD, ...sha512 }, NOTAUTH],
  ] as const) {
    t.equal(rcodeOf(await service.ask(sign(service, more))), rcode)
  }
  const md5 = { secret: NEW, algorithmName: 'hmac-md5.sig-alg.reg.int', digest: 'md5' }
  const answer = await service.ask(sign(service, md5))
  t.equal(splitTsig(answer).tsig.error, 17)
  t.match(service.lines.at(-1)?.fields, { reason: 'key k. is for hmac-sha512 and hmac-sha256' })
})

t.test('RFC 8945 §5.2.1 a key that has expired is BADKEY, with the day in the log', async (t) => {
  for (const [later, rcode] of [
    [1, REFUSED],
    [0, NOTAUTH],
  ] as const) {
    const service = new TestService()
    const expiresSeconds = service.clock.nowSeconds() + later
    service.keyring.add(tsigKey('k.', 'hmac-sha256', NEW), { expiresSeconds })
    const answer = await service.ask(sign(service, {}))
    t.equal(rcodeOf(answer), rcode)
    t.notOk(await wasAdded(service))
    if (rcode === REFUSED) continue
    t.equal(splitTsig(answer).tsig.error, 17)
    t.equal(splitTsig(answer).tsig.mac.length, 0)
    const reason = 'key k. expired on 2023-11-14T22:13:20Z'
    t.match(service.lines[0]?.fields, { principal: 'anonymous', reason })
  }
})

t.test('where a key is unknown, the log names those that the zone has grants for', async (t) => {
  const service = new TestService()
  service.addZone('dyn.example.', ZONE_TEXT, [ruleFor(undefined), allOf('ddns-key.')])
  await service.ask(sign(service, { keyName: 'nobody' }))
  t.match(service.lines[0]?.fields, {
    reason: 'unknown key nobody.',
    knownKeys: ['ddns-key.'],
  })
})
