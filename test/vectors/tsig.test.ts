/** The TSIG code against octets that another implementation made. */
import { createSecretKey } from 'node:crypto'
import t from 'tap'
import { Keyring } from '../../src/access/keyring.ts'
import { verifyRequest, type TsigVerdict } from '../../src/access/tsig.ts'
import { readHeader } from '../../src/wire/header.ts'
import { parseMessage } from '../../src/wire/message.ts'
import { hex } from '../support/messages.ts'
import { tsigKey } from '../support/service.ts'
import { withRecord } from '../support/tsig.ts'
import { ANSWER, BADTIME, NOTAUTH_ANSWER, UPDATE, vectors, type TsigVector } from './tsig-octets.ts'

const SECRET = Buffer.from(Array.from({ length: 32 }, (_, octet) => octet))
const SIGNED_AT = 1_700_000_000
const ANSWERED_AT = 1_700_000_002

/** The octets on the left. */
const octets = (text: string): Buffer => hex(text.replace(/;.*$/gm, ''))

const keyringFor = ({ algorithm, macLength }: TsigVector, secret = SECRET): Keyring => {
  const keyring = new Keyring()
  const key = tsigKey('tsig-key.test.', algorithm)
  keyring.add({ ...key, secret: createSecretKey(secret), macLength })
  return keyring
}

/** What is made of a packet; undefined where it is no message. */
const verdictOn = (
  packet: Buffer,
  keyring: Keyring,
  nowSeconds = ANSWERED_AT,
): TsigVerdict | undefined => {
  const header = readHeader(packet)
  const parsed = header && parseMessage(packet, header)
  return parsed?.ok === true ? verifyRequest(parsed.message, keyring, nowSeconds) : undefined
}

const requestOf = (vector: TsigVector): Buffer => withRecord(octets(UPDATE), octets(vector.request))

const titleOf = ({ algorithm, macLength }: TsigVector): string =>
  `${algorithm} in ${macLength} octets`

for (const vector of vectors) {
  t.test(`RFC 8945 §5.2 a request with ${titleOf(vector)} is valid`, async (t) => {
    const keyring = keyringFor(vector)
    const verdict = verdictOn(requestOf(vector), keyring)
    const [held] = keyring
    t.match(verdict, { kind: 'valid', skewSeconds: SIGNED_AT - ANSWERED_AT })
    t.equal(verdict?.kind === 'valid' && verdict.key, held?.current)
  })

  t.test(`RFC 8945 §5.3 an answer with ${titleOf(vector)} is the same octets`, async (t) => {
    const verdict = verdictOn(requestOf(vector), keyringFor(vector))
    if (verdict?.kind !== 'valid') throw new Error('the request is not valid')
    const record = octets(vector.answer)
    t.equal(verdict.signer.length, record.length)
    // The key is spelled as in the request, which dnspython does too.
    t.strictSame(verdict.signer.sign(octets(ANSWER)), withRecord(octets(ANSWER), record))
  })

  t.test(`RFC 8945 §4.3 no bit of a request with ${titleOf(vector)} can change`, async (t) => {
    const packet = requestOf(vector)
    const keyring = keyringFor(vector)
    const accepted: number[] = []
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const changed = Buffer.from(packet)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (0x80 >> (bit & 7)), bit >> 3)
      if (verdictOn(changed, keyring)?.kind === 'valid') accepted.push(bit)
    }
    t.strictSame(accepted, harmlessBits(packet, octets(UPDATE).length))
  })

  t.test(`RFC 8945 §5.2.2 another secret does not make ${titleOf(vector)}`, async (t) => {
    const keyring = keyringFor(vector, Buffer.from(SECRET).reverse())
    t.match(verdictOn(requestOf(vector), keyring), { kind: 'invalid', error: 16 })
  })
}

/**
 * The message ID, for which the original ID stands in (§4.3.2), and the case of the letters in the
 * key's and the algorithm's name (§4.3.3).
 */
const harmlessBits = (packet: Buffer, tsigAt: number): number[] => {
  const bits = Array.from({ length: 16 }, (_, bit) => bit)
  const keyName = packet.subarray(tsigAt, packet.indexOf(0, tsigAt))
  const algorithmAt = tsigAt + keyName.length + 11
  const algorithmName = packet.subarray(algorithmAt, packet.indexOf(0, algorithmAt))
  for (const name of [keyName, algorithmName]) {
    for (const [index, octet] of name.entries()) {
      const at = name.byteOffset - packet.byteOffset + index
      if (/[a-z]/i.test(String.fromCharCode(octet))) bits.push(at * 8 + 2)
    }
  }
  return bits
}

t.test('RFC 8945 §5.2.3 an answer with BADTIME is the same octets', async (t) => {
  const vector = vectors.find(({ algorithm }) => algorithm === 'hmac-sha256')
  if (vector === undefined) throw new Error('no vector')
  const verdict = verdictOn(requestOf(vector), keyringFor(vector), 1_700_001_000)
  if (verdict?.kind !== 'invalid') throw new Error('the request is valid')
  const [bare, record] = [octets(NOTAUTH_ANSWER), octets(BADTIME)]
  t.equal(verdict.error, 18)
  t.equal(verdict.signer.length, record.length)
  t.strictSame(verdict.signer.sign(bare), withRecord(bare, record))
})

t.test('the vectors are all six HMACs, whole and as short as may be', async (t) => {
  const sizes = new Map<string, number[]>()
  for (const { algorithm, macLength } of vectors) {
    sizes.set(algorithm, [...(sizes.get(algorithm) ?? []), macLength])
  }
  t.strictSame(Object.fromEntries(sizes), {
    'hmac-md5': [16, 10],
    'hmac-sha1': [20, 10],
    'hmac-sha224': [28, 14],
    'hmac-sha256': [32, 16],
    'hmac-sha384': [48, 24],
    'hmac-sha512': [64, 32],
  })
})
