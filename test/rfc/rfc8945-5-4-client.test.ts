/** RFC 8945 §5.3.1, §5.4: what a client makes of the answers to what it signed. */
import { createHmac } from 'node:crypto'
import t from 'tap'
import {
  signRequest,
  type AnswerVerdict,
  type AnswerVerifier,
} from '../../src/access/tsig-client.ts'
import { readHeader } from '../../src/wire/header.ts'
import { parseMessage } from '../../src/wire/message.ts'
import { query, u16, wireName } from '../support/messages.ts'
import { SECRET, tsigKey } from '../support/service.ts'
import {
  macOf,
  splitTsig,
  tsigFields,
  u48,
  withTsig,
  type MacOptions,
  type TsigFields,
} from '../support/tsig.ts'

const NOW = 1_700_000_000
const ANSWER = query('dyn.example.', 6, { flags: 0x8400 })

const ask = (key = tsigKey('ddns-key.')): { verifier: AnswerVerifier; mac: Buffer } => {
  const { packet, verifier } = signRequest(key, query('dyn.example.', 6), NOW)
  return { verifier, mac: splitTsig(Buffer.from(packet)).tsig.mac }
}

const verdictOn = (verifier: AnswerVerifier, packet: Buffer): AnswerVerdict => {
  const header = readHeader(packet)
  const parsed = header && parseMessage(packet, header)
  if (parsed?.ok !== true) throw new Error('no message')
  return verifier.verify(parsed.message, NOW)
}

/** The answer with a MAC that is right for these fields. */
const answered = (
  requestMac: Buffer,
  more: Partial<TsigFields> = {},
  options: MacOptions = {},
): Buffer => {
  const tsig = tsigFields(more)
  return withTsig(ANSWER, { ...tsig, mac: macOf(ANSWER, tsig, { requestMac, ...options }) })
}

t.test('RFC 8945 §5.4 an answer that is signed with our key is valid', async (t) => {
  const { verifier, mac } = ask()
  t.strictSame(verdictOn(verifier, answered(mac)), { kind: 'valid' })
  const other = ask()
  const spelled = { keyName: wireName('DDNS-Key.') }
  t.strictSame(verdictOn(other.verifier, answered(other.mac, spelled)), { kind: 'valid' })
})

t.test('RFC 8945 §5.4 what is not acceptable leaves room for the true answer', async (t) => {
  const { verifier, mac } = ask()
  const foreign = { keyName: wireName('other-key.') }
  const sha1 = { algorithmName: wireName('hmac-sha1.') }
  const long = tsigFields({ mac: Buffer.alloc(33) })
  const cases: readonly [Buffer, string][] = [
    [ANSWER, 'the answer is not signed'],
    [withTsig(ANSWER, tsigFields({ class: 1 })), 'the TSIG record of the answer is malformed'],
    [answered(mac, foreign), 'the answer is signed with another key'],
    [answered(mac, sha1), 'the answer is signed with another key'],
    [withTsig(ANSWER, tsigFields()), 'the signature of the answer is too short'],
    [withTsig(ANSWER, long), 'the signature of the answer is not made with our secret'],
    [answered(Buffer.alloc(32)), 'the signature of the answer is not made with our secret'],
    [answered(mac, { timeSigned: NOW + 301 }), "the server's clock is 301 s ahead of ours"],
    [answered(mac, { timeSigned: NOW - 301 }), "the server's clock is 301 s behind ours"],
  ]
  for (const [packet, why] of cases) {
    t.strictSame(verdictOn(verifier, packet), { kind: 'invalid', why })
    t.notOk(verifier.isComplete)
  }
  t.strictSame(verdictOn(verifier, answered(mac)), { kind: 'valid' })
})

t.test('RFC 8945 §5.4.4 a MAC that is shorter than our key asks for does not hold', async (t) => {
  const truncating = { ...tsigKey('ddns-key.'), macLength: 20 }
  for (const [length, kind] of [
    [16, 'invalid'],
    [20, 'valid'],
    [32, 'valid'],
  ] as const) {
    const { verifier, mac } = ask(truncating)
    t.equal(mac.length, 20)
    const tsig = tsigFields()
    const short = macOf(ANSWER, tsig, { requestMac: mac }).subarray(0, length)
    t.equal(verdictOn(verifier, withTsig(ANSWER, { ...tsig, mac: short })).kind, kind)
  }
})

const unsignedErrors = [
  [
    'RFC 8945 §5.4.1 BADKEY',
    17,
    'the server does not know the key, or has it with another algorithm (BADKEY)',
  ],
  ['RFC 8945 §5.4.2 BADSIG', 16, 'the server has another secret for the key (BADSIG)'],
] as const

for (const [what, error, why] of unsignedErrors) {
  t.test(`${what} is told, and that it may be anybody's word`, async (t) => {
    const { verifier, mac } = ask()
    const refused = { kind: 'refused', error, why, isProven: false }
    t.strictSame(verdictOn(verifier, withTsig(ANSWER, tsigFields({ error }))), refused)
    t.strictSame(verdictOn(verifier, answered(mac)), { kind: 'valid' }, 'the answer may still come')
  })
}

t.test('RFC 8945 §5.4.3, §5.4.4 errors that are signed are proven', async (t) => {
  const cases = [
    [18, u48(NOW - 7000), "the server's clock is 7000 s behind ours (BADTIME)"],
    [18, Buffer.alloc(0), 'the clocks differ too much (BADTIME)'],
    [22, Buffer.alloc(0), 'the server wants longer signatures (BADTRUNC)'],
    [21, Buffer.alloc(0), 'the server answers TSIG error 21'],
  ] as const
  for (const [error, otherData, why] of cases) {
    const { verifier, mac } = ask()
    const verdict = verdictOn(verifier, answered(mac, { error, otherData }))
    t.strictSame(verdict, { kind: 'refused', error, why, isProven: true })
  }
})

/** §5.3.1: the prior MAC, the messages since then, and the timers. */
const laterMac = (priorMac: Buffer, messages: readonly Buffer[], timeSigned = NOW): Buffer =>
  createHmac('sha256', SECRET)
    .update(Buffer.concat([u16(priorMac.length), priorMac, ...messages, u48(timeSigned), u16(300)]))
    .digest()

/** A verifier that has seen a valid first message, and that message's MAC. */
const begun = (): { verifier: AnswerVerifier; mac: Buffer } => {
  const { verifier, mac } = ask()
  const first = answered(mac)
  t.strictSame(verdictOn(verifier, first), { kind: 'valid' })
  return { verifier, mac: splitTsig(first).tsig.mac }
}

t.test('RFC 8945 §5.3.1 unsigned messages are good when a signed one covers them', async (t) => {
  const { verifier, mac } = begun()
  const bare = Array.from({ length: 99 }, () => ANSWER)
  for (const message of bare) {
    t.equal(verdictOn(verifier, message).kind, 'provisional')
    t.notOk(verifier.isComplete, 'it may not end here')
  }
  const last = laterMac(mac, [...bare, ANSWER])
  t.strictSame(verdictOn(verifier, withTsig(ANSWER, tsigFields({ mac: last }))), { kind: 'valid' })
  t.ok(verifier.isComplete)
  const after = laterMac(last, [ANSWER])
  t.strictSame(verdictOn(verifier, withTsig(ANSWER, tsigFields({ mac: after }))), { kind: 'valid' })
})

t.test('RFC 8945 §5.3.1 a hundred unsigned messages in a row are too many', async (t) => {
  const { verifier } = begun()
  for (let i = 0; i < 99; i++) verdictOn(verifier, ANSWER)
  const why = 'too many messages in a row are not signed'
  t.strictSame(verdictOn(verifier, ANSWER), { kind: 'invalid', why })
})

t.test('RFC 8945 §5.3.1 an unsigned message that was changed is found out', async (t) => {
  const { verifier, mac } = begun()
  verdictOn(verifier, query('other.example.', 6, { flags: 0x8400 }))
  const last = withTsig(ANSWER, tsigFields({ mac: laterMac(mac, [ANSWER, ANSWER]) }))
  t.equal(verdictOn(verifier, last).kind, 'invalid')
  t.equal(verdictOn(verifier, last).kind, 'invalid', 'and that is the end')
  t.notOk(verifier.isComplete)
})
