/** The client side of TSIG against octets that another implementation made. */
import { createSecretKey } from 'node:crypto'
import t from 'tap'
import type { TsigKey } from '../../src/access/keyring.ts'
import { AnswerVerifier, signRequest, type AnswerVerdict } from '../../src/access/tsig-client.ts'
import { readHeader } from '../../src/wire/header.ts'
import { parseMessage } from '../../src/wire/message.ts'
import { hex } from '../support/messages.ts'
import { tsigKey } from '../support/service.ts'
import { splitTsig, withRecord } from '../support/tsig.ts'
import { ANSWER, BADTIME, NOTAUTH_ANSWER, UPDATE, vectors, type TsigVector } from './tsig-octets.ts'
import { TRANSFER_ANSWERS, TRANSFER_REQUEST } from './tsig-transfer-octets.ts'

const SECRET = Buffer.from(Array.from({ length: 32 }, (_, octet) => octet))
const SIGNED_AT = 1_700_000_000

/** The octets on the left. */
const octets = (text: string): Buffer => hex(text.replace(/;.*$/gm, ''))

const keyFor = ({ algorithm, macLength }: Omit<TsigVector, 'request' | 'answer'>): TsigKey => ({
  ...tsigKey('Tsig-Key.test.', algorithm),
  secret: createSecretKey(SECRET),
  macLength,
})

/** Undefined where the packet is no message. */
const verdictOn = (verifier: AnswerVerifier, packet: Buffer): AnswerVerdict | undefined => {
  const header = readHeader(packet)
  const parsed = header && parseMessage(packet, header)
  return parsed?.ok === true ? verifier.verify(parsed.message, SIGNED_AT) : undefined
}

const lower = (packet: Buffer): string => packet.toString('latin1').toLowerCase()

for (const vector of vectors) {
  const title = `${vector.algorithm} in ${vector.macLength} octets`
  const whole = withRecord(octets(ANSWER), octets(vector.answer))
  const macOfRequest = splitTsig(withRecord(octets(UPDATE), octets(vector.request))).tsig.mac

  t.test(`RFC 8945 §5.1 a request with ${title} is signed to the same octets`, async (t) => {
    // But for the case of names: dnspython writes that of HMAC-MD5 in upper case.
    const { packet } = signRequest(keyFor(vector), octets(UPDATE), SIGNED_AT)
    const expected = withRecord(octets(UPDATE), octets(vector.request))
    t.equal(lower(Buffer.from(packet)), lower(expected))
  })

  t.test(`RFC 8945 §5.4 an answer with ${title} is valid`, async (t) => {
    const verifier = new AnswerVerifier(keyFor(vector), macOfRequest)
    t.notOk(verifier.isComplete)
    t.strictSame(verdictOn(verifier, whole), { kind: 'valid' })
    t.ok(verifier.isComplete)
  })
}

const sha256 = { algorithm: 'hmac-sha256', macLength: 32 }

t.test('RFC 8945 §5.4.3 an answer with BADTIME tells how far the clocks are apart', async (t) => {
  const { verifier } = signRequest(keyFor(sha256), octets(UPDATE), SIGNED_AT)
  t.strictSame(verdictOn(verifier, withRecord(octets(NOTAUTH_ANSWER), octets(BADTIME))), {
    kind: 'refused',
    error: 18,
    isProven: true,
    why: "the server's clock is 1000 s ahead of ours (BADTIME)",
  })
})

const transfer = (): { verifier: AnswerVerifier; answers: Buffer[] } => {
  const request = octets(TRANSFER_REQUEST)
  const verifier = new AnswerVerifier(keyFor(sha256), splitTsig(request).tsig.mac)
  return { verifier, answers: TRANSFER_ANSWERS.map(octets) }
}

t.test('RFC 8945 §5.3.1 an answer of three signed messages is valid', async (t) => {
  const { verifier, answers } = transfer()
  for (const answer of answers) t.strictSame(verdictOn(verifier, answer), { kind: 'valid' })
  t.ok(verifier.isComplete)
})

t.test(
  'RFC 8945 §5.3.1 no two of its messages can change places, and none be left out',
  async (t) => {
    for (const order of [
      [1, 0, 2],
      [0, 2],
      [0, 2, 1],
      [0, 0],
    ]) {
      const { verifier, answers } = transfer()
      const kinds = order.map((index) => {
        const answer = answers[index]
        return answer && verdictOn(verifier, answer)?.kind
      })
      t.ok(kinds.includes('invalid'), `${order.join(', ')}: ${kinds.join(', ')}`)
    }
  },
)

t.test('RFC 8945 §5.3.1 no bit of a later message can change', async (t) => {
  const [first, second] = transfer().answers
  if (first === undefined || second === undefined) throw new Error('no vector')
  for (let bit = 16; bit < second.length * 8; bit++) {
    const changed = Buffer.from(second)
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (0x80 >> (bit & 7)), bit >> 3)
    const { verifier } = transfer()
    verdictOn(verifier, first)
    // Its key's name may be spelled otherwise, and there its Error stands outside of what is signed.
    if (isOutside(second, changed)) continue
    if (verdictOn(verifier, changed)?.kind === 'valid') t.fail(`bit ${bit}`)
  }
})

/** What the MAC of a later message does not cover: the spelling of names, Error and Other Data. */
const isOutside = (message: Buffer, changed: Buffer): boolean =>
  lower(message) === lower(changed) || message.subarray(0, -4).equals(changed.subarray(0, -4))
