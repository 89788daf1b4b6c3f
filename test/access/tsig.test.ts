/** What verifying a request comes to, as the server sees it, and how its answer is signed. */
import t from 'tap'
import { Keyring } from '../../src/access/keyring.ts'
import { verifyRequest, type TsigVerdict } from '../../src/access/tsig.ts'
import { TsigError } from '../../src/wire/codes.ts'
import { readHeader } from '../../src/wire/header.ts'
import { parseMessage, type Message } from '../../src/wire/message.ts'
import { query, wireName } from '../support/messages.ts'
import { tsigKey } from '../support/service.ts'
import {
  isSignedFor,
  macOf,
  rcodeOf,
  signedWith,
  splitTsig,
  tsigFields,
  withTsig,
  type TsigFields,
} from '../support/tsig.ts'

const NOW = 1_700_000_000
const QUERY = query('www.dyn.example.', 1)

const key = tsigKey('ddns-key.')
const keyring = new Keyring()
keyring.add(key)

const parsed = (packet: Buffer): Message => {
  const header = readHeader(packet)
  const result = header && parseMessage(packet, header)
  if (result?.ok !== true) throw new Error('no message')
  return result.message
}

const verdictOn = (packet: Buffer, nowSeconds = NOW): TsigVerdict =>
  verifyRequest(parsed(packet), keyring, nowSeconds)

const kindOf = (packet: Buffer): string => verdictOn(packet).kind

t.test('RFC 8945 §5.2 a message without a TSIG is unsigned', async (t) => {
  t.strictSame(verdictOn(QUERY), { kind: 'unsigned' })
})

t.test('RFC 8945 §5.2 a TSIG that is none is malformed', async (t) => {
  t.strictSame(verdictOn(signedWith(QUERY, { ttl: 1 })), {
    kind: 'malformed',
    why: 'the TSIG record is malformed',
  })
})

t.test('RFC 8945 §5.2 a valid request names the key and how far the clocks differ', async (t) => {
  for (const skewSeconds of [0, 12, -12]) {
    const verdict = verdictOn(signedWith(QUERY), NOW - skewSeconds)
    t.match(verdict, { kind: 'valid', skewSeconds })
    t.equal(verdict.kind === 'valid' && verdict.key, key)
  }
})

/** The request's octets are what was verified: they must come out of it as they went in. */
t.test('RFC 8945 §4.3.2 verifying leaves the packet as it is', async (t) => {
  const packet = signedWith(QUERY, { originalId: 0x9999 })
  const before = Buffer.from(packet)
  t.equal(kindOf(packet), 'valid')
  t.strictSame(packet, before)
})

const whole = macOf(QUERY, tsigFields())
const late = tsigFields({ timeSigned: NOW - 301 })

const invalid: readonly [string, Partial<TsigFields>, TsigError, RegExp][] = [
  ['BADKEY', { keyName: wireName('x.'), mac: whole }, TsigError.BADKEY, /^unknown key x\.$/],
  [
    'BADKEY',
    { algorithmName: wireName('hmac-sha1.'), mac: whole },
    TsigError.BADKEY,
    /^key ddns-key\. is for hmac-sha256$/,
  ],
  ['BADSIG', { mac: Buffer.alloc(32) }, TsigError.BADSIG, /not made with our secret/],
  [
    'BADTIME',
    { ...late, mac: macOf(QUERY, late) },
    TsigError.BADTIME,
    /^the client's clock is 301 s behind ours, 300 s are allowed \(key ddns-key\.\)$/,
  ],
  [
    'BADTRUNC',
    { mac: whole.subarray(0, 31) },
    TsigError.BADTRUNC,
    /^a MAC of 31 octets, key ddns-key\. asks for 32$/,
  ],
]

for (const [what, fields, error, why] of invalid) {
  t.test(`RFC 8945 §5.2 ${what} says why: ${why.source}`, async (t) => {
    t.match(verdictOn(withTsig(QUERY, tsigFields(fields))), { kind: 'invalid', error, why })
  })
}

t.test('RFC 8945 §5.2.2.1 a MAC of no possible size is malformed, and says why', async (t) => {
  for (const octets of [0, 15, 33]) {
    t.strictSame(verdictOn(withTsig(QUERY, tsigFields({ mac: Buffer.alloc(octets) }))), {
      kind: 'malformed',
      why: `a MAC of ${octets} octets is no hmac-sha256`,
    })
  }
})

/** Every kind of answer that carries a TSIG. */
const requests: readonly Buffer[] = [
  signedWith(QUERY),
  ...invalid.map(([, fields]) => withTsig(QUERY, tsigFields(fields))),
]

t.test('the room that a TSIG takes is known before it is made', async (t) => {
  for (const request of requests) {
    const verdict = verdictOn(request)
    if (!('signer' in verdict)) throw new Error('no signer')
    const answer = Buffer.alloc(12)
    t.equal(verdict.signer.sign(answer).length, answer.length + verdict.signer.length)
  }
})

t.test('RFC 8945 §5.3 signing counts the TSIG in, and leaves the given answer alone', async (t) => {
  const answer = Buffer.from('1234 8005 0000 0000 0000 0000'.replaceAll(' ', ''), 'hex')
  const before = Buffer.from(answer)
  for (const request of requests) {
    const verdict = verdictOn(request)
    if (!('signer' in verdict)) throw new Error('no signer')
    const done = Buffer.from(verdict.signer.sign(answer))
    t.strictSame(answer, before)
    t.equal(done.readUInt16BE(10), 1)
    t.strictSame(splitTsig(done).message, answer)
    t.equal(rcodeOf(done), 5)
  }
})

t.test('RFC 8945 §5.3 one signer signs any number of answers', async (t) => {
  const request = signedWith(QUERY)
  const verdict = verdictOn(request)
  if (verdict.kind !== 'valid') throw new Error(verdict.kind)
  for (const id of [0x1234, 0x4321]) {
    const answer = Buffer.alloc(12)
    answer.writeUInt16BE(id, 0)
    const done = Buffer.from(verdict.signer.sign(answer))
    t.equal(splitTsig(done).tsig.originalId, id)
    t.ok(isSignedFor(done, request))
  }
})
