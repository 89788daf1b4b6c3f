/** RFC 8945 §5.2.2.1, §5.2.4 and §7: MACs that are shorter, or longer, than their hash. */
import t from 'tap'
import { addition, wasAdded } from '../support/addition.ts'
import { query, wireName } from '../support/messages.ts'
import { TestService, tsigKey } from '../support/service.ts'
import {
  hasTsig,
  isSignedFor,
  macOf,
  rcodeOf,
  signedWith,
  splitTsig,
  tsigFields,
  withTsig,
} from '../support/tsig.ts'

const NOERROR = 0
const FORMERR = 1
const NOTAUTH = 9
const BADTRUNC = 22

/** `shortest` is the larger of 10 and half of the hash, which is `whole`. */
const algorithms = [
  { name: 'hmac-md5.sig-alg.reg.int.', text: 'hmac-md5', digest: 'md5', shortest: 10, whole: 16 },
  { name: 'hmac-sha1.', text: 'hmac-sha1', digest: 'sha1', shortest: 10, whole: 20 },
  { name: 'hmac-sha224.', text: 'hmac-sha224', digest: 'sha224', shortest: 14, whole: 28 },
  { name: 'hmac-sha256.', text: 'hmac-sha256', digest: 'sha256', shortest: 16, whole: 32 },
  { name: 'hmac-sha384.', text: 'hmac-sha384', digest: 'sha384', shortest: 24, whole: 48 },
  { name: 'hmac-sha512.', text: 'hmac-sha512', digest: 'sha512', shortest: 32, whole: 64 },
] as const

type Algorithm = (typeof algorithms)[number]

/** A service with `short-key.`, whose policy takes and makes MACs of so many octets. */
const serviceWith = (algorithm: Algorithm, policy: number): TestService => {
  const service = new TestService()
  service.keyring.add({ ...tsigKey('short-key.', algorithm.text), macLength: policy })
  return service
}

/** A query whose MAC is cut, or goes on with zeros. */
const requestOf = ({ name, digest }: Algorithm, octets: number): Buffer => {
  const packet = query('www.dyn.example.', 1)
  const tsig = tsigFields({ keyName: wireName('short-key.'), algorithmName: wireName(name) })
  const mac = Buffer.alloc(octets)
  macOf(packet, tsig, { digest }).copy(mac)
  return withTsig(packet, { ...tsig, mac })
}

for (const algorithm of algorithms) {
  const { text, digest, shortest, whole } = algorithm

  t.test(`RFC 8945 §5.2.2.1 case 1: ${text} with more than ${whole} octets`, async (t) => {
    for (const octets of [whole + 1, whole + 2, whole * 2]) {
      const answer = await serviceWith(algorithm, shortest).ask(requestOf(algorithm, octets))
      t.equal(rcodeOf(answer), FORMERR, `${octets} octets`)
      t.notOk(hasTsig(answer))
    }
  })

  t.test(`RFC 8945 §5.2.2.1 case 2: ${text} with ${whole} octets`, async (t) => {
    const request = requestOf(algorithm, whole)
    const answer = await serviceWith(algorithm, whole).ask(request)
    t.equal(rcodeOf(answer), NOERROR)
    t.equal(splitTsig(answer).tsig.mac.length, whole)
    t.ok(isSignedFor(answer, request, { digest }))
  })

  t.test(`RFC 8945 §5.2.2.1 case 3: ${text} with ${shortest} to ${whole - 1}`, async (t) => {
    for (let octets = shortest; octets < whole; octets++) {
      const request = requestOf(algorithm, octets)
      const answer = await serviceWith(algorithm, shortest).ask(request)
      t.equal(rcodeOf(answer), NOERROR, `${octets} octets`)
      t.ok(isSignedFor(answer, request, { digest }))
    }
  })

  t.test(`RFC 8945 §5.2.2.1 case 4: ${text} with less than ${shortest} octets`, async (t) => {
    for (let octets = 0; octets < shortest; octets++) {
      const answer = await serviceWith(algorithm, shortest).ask(requestOf(algorithm, octets))
      t.equal(rcodeOf(answer), FORMERR, `${octets} octets`)
      t.notOk(hasTsig(answer))
    }
  })

  t.test(`RFC 8945 §5.2.4 ${text} shorter than the key's policy is BADTRUNC`, async (t) => {
    const policy = shortest + 1
    const request = requestOf(algorithm, shortest)
    const answer = await serviceWith(algorithm, policy).ask(request)
    t.equal(rcodeOf(answer), NOTAUTH)
    const { tsig } = splitTsig(answer)
    t.equal(tsig.error, BADTRUNC)
    t.equal(tsig.otherData.length, 0)
    t.equal(tsig.mac.length, policy, 'signed as the policy asks')
    t.ok(isSignedFor(answer, request, { digest }))
    const long = requestOf(algorithm, policy)
    t.equal(rcodeOf(await serviceWith(algorithm, policy).ask(long)), NOERROR, 'long enough')
  })

  t.test(`RFC 8945 §7 ${text}: an answer's MAC is no shorter than its request's`, async (t) => {
    for (const octets of [shortest, shortest + 1, whole]) {
      const request = requestOf(algorithm, octets)
      const answer = await serviceWith(algorithm, shortest).ask(request)
      t.ok(splitTsig(answer).tsig.mac.length >= octets, `${octets} octets`)
      t.ok(isSignedFor(answer, request, { digest }))
    }
  })
}

t.test('RFC 8945 §5.2.2.1 a truncated MAC is compared in all the octets it has', async (t) => {
  const [, , , algorithm] = algorithms
  for (const at of [0, 8, 15]) {
    const { message, tsig } = splitTsig(requestOf(algorithm, 16))
    tsig.mac.writeUInt8(tsig.mac.readUInt8(at) ^ 0x80, at)
    const answer = await serviceWith(algorithm, 16).ask(withTsig(message, tsig))
    t.equal(rcodeOf(answer), NOTAUTH)
    t.equal(splitTsig(answer).tsig.error, 16, `BADSIG with octet ${at} changed`)
  }
})

t.test('RFC 8945 §5.2.2.1 a MAC that is followed by more octets is not taken', async (t) => {
  const tsig = tsigFields()
  const mac = Buffer.concat([macOf(addition(), tsig), Buffer.alloc(1)])
  const service = new TestService()
  const answer = await service.ask(withTsig(addition(), { ...tsig, mac }))
  t.equal(rcodeOf(answer), FORMERR)
  t.notOk(await wasAdded(service))
})

t.test('RFC 8945 §5.2.4 an UPDATE that is too short for the policy is not done', async (t) => {
  const service = new TestService()
  const { message, tsig } = splitTsig(signedWith(addition()))
  const request = withTsig(message, { ...tsig, mac: tsig.mac.subarray(0, 31) })
  service.clock.advanceSeconds(5)
  const answer = await service.ask(request)
  t.equal(rcodeOf(answer), NOTAUTH)
  const sent = splitTsig(answer).tsig
  t.match(sent, { error: BADTRUNC, timeSigned: 1_700_000_005, fudge: 300, originalId: 0x1234 })
  t.ok(isSignedFor(answer, request))
  t.notOk(await wasAdded(service))
  const [line] = service.lines
  t.match(line?.fields, {
    rcode: 'NOTAUTH',
    reason: 'a MAC of 31 octets, key ddns-key. asks for 32',
  })
})
