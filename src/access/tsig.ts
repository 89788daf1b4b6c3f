/** Checking the signature of a request and signing its answer (RFC 8945 §5). */
import { timingSafeEqual } from 'node:crypto'
import { u16At } from '../base/bytes.ts'
import { TsigError } from '../wire/codes.ts'
import type { Message } from '../wire/message.ts'
import type { Name } from '../wire/name.ts'
import { appendRecord } from '../wire/writer.ts'
import { isAlgorithmNamed, shortestMac } from './algorithm.ts'
import { hmac } from './hmac.ts'
import { keyFault, secretsOf, type HeldKey, type Keyring, type TsigKey } from './keyring.ts'
import { piecesWithoutTsig, priorPieces } from './tsig-digest.ts'
import {
  readTsig,
  tsigLength,
  tsigRecord,
  tsigTimers,
  tsigVariables,
  type Tsig,
} from './tsig-rr.ts'

/** Seconds either way that our own signatures are good for (RFC 8945 §10). */
const FUDGE = 300

const NOTHING = new Uint8Array(0)

/** Puts a TSIG RR at the end of an answer. */
export interface AnswerSigner {
  /** Octets that the RR will take. */
  readonly length: number
  readonly sign: (answer: Uint8Array) => Uint8Array
}

/** Signs all messages of an answer that has several: the first with `sign`. */
export interface RunningSigner extends AnswerSigner {
  /** §5.3.1: each further message, in order, at its own time. */
  readonly signNext: (message: Uint8Array, nowSeconds: number) => Uint8Array
}

export type TsigVerdict =
  | { readonly kind: 'unsigned' }
  /** The TSIG RR itself is no TSIG RR: FORMERR, unsigned. */
  | { readonly kind: 'malformed'; readonly why: string }
  | {
      readonly kind: 'valid'
      /** With the one of its secrets that was used. */
      readonly key: TsigKey
      readonly signer: RunningSigner
      /** The client's clock less ours, in seconds. */
      readonly skewSeconds: number
    }
  /** NOTAUTH, with a TSIG RR that carries the error (RFC 8945 §5.2). */
  | {
      readonly kind: 'invalid'
      /** The name of the key that the client says it has. */
      readonly keyName: Name
      readonly error: TsigError
      readonly why: string
      /** The client's clock less ours, in seconds, for BADTIME. */
      readonly skewSeconds: number | undefined
      readonly signer: AnswerSigner
    }

/**
 * Checks in the order that RFC 8945 §5.2 sets: key, MAC, time, truncation. A key that is rotated has
 * two secrets: either will do, and what verified signs the answer.
 * @param nowSeconds since 1970
 */
export const verifyRequest = (
  { packet, tsig: record }: Message,
  keyring: Keyring,
  nowSeconds: number,
): TsigVerdict => {
  if (record === undefined) return { kind: 'unsigned' }
  const tsig = readTsig(packet, record)
  if (tsig === undefined) return { kind: 'malformed', why: 'the TSIG record is malformed' }

  const proved = provedKey(keyring, packet, record.offset, tsig, nowSeconds)
  if ('kind' in proved) return proved
  const { key } = proved
  const { mac } = tsig

  // §5.2.3
  const skewSeconds = tsig.timeSigned - nowSeconds
  if (Math.abs(skewSeconds) > tsig.fudge) {
    const side = skewSeconds > 0 ? 'ahead of' : 'behind'
    const ours = `${Math.abs(skewSeconds)} s ${side} ours, ${tsig.fudge} s are allowed`
    const why = `the client's clock is ${ours} (key ${key.text})`
    return signedError(key, tsig, TsigError.BADTIME, why, nowSeconds, skewSeconds)
  }

  // §5.2.4
  if (mac.length < key.macLength) {
    const why = `a MAC of ${mac.length} octets, key ${key.text} asks for ${key.macLength}`
    return signedError(key, tsig, TsigError.BADTRUNC, why, nowSeconds)
  }
  const variables = { timeSigned: nowSeconds, fudge: FUDGE, error: 0, otherData: NOTHING }
  return { kind: 'valid', key, skewSeconds, signer: answerSigner(key, tsig, variables) }
}

/** §5.2.1 and §5.2.2: the key by whose secret the request is signed. */
const provedKey = (
  keyring: Keyring,
  packet: Uint8Array,
  tsigOffset: number,
  tsig: Tsig,
  nowSeconds: number,
): { readonly key: TsigKey } | TsigVerdict => {
  const badKey = (why: string): TsigVerdict => unsignedError(tsig, TsigError.BADKEY, why)
  const { keyName, algorithmName, mac } = tsig
  const fault = keyFault(keyring, keyName, nowSeconds)
  if (fault !== undefined) return badKey(fault)
  // Without a fault it is there.
  const held = keyring.held(keyName) as HeldKey
  const { text } = held.current
  const keys = secretsOf(held).filter((key) => isAlgorithmNamed(key.algorithm, algorithmName))
  const [first] = keys
  if (first === undefined) {
    const algorithms = new Set(secretsOf(held).map(({ algorithm }) => algorithm.text))
    return badKey(`key ${text} is for ${[...algorithms].join(' and ')}`)
  }
  // §5.2.2.1
  const { algorithm } = first
  if (mac.length > algorithm.macLength || mac.length < shortestMac(algorithm)) {
    return { kind: 'malformed', why: `a MAC of ${mac.length} octets is no ${algorithm.text}` }
  }
  const key = keys.find((candidate) => {
    const expected = requestMac(candidate, packet, tsigOffset, tsig)
    return timingSafeEqual(expected.subarray(0, mac.length), mac)
  })
  if (key !== undefined) return { key }
  const why = `the signature is not made with our secret of key ${text}`
  return unsignedError(tsig, TsigError.BADSIG, why)
}

type Variables = Pick<Tsig, 'timeSigned' | 'fudge' | 'error' | 'otherData'>

/** §5.2.1, §5.2.2: with no key in common there is nothing to sign with. */
const unsignedError = (tsig: Tsig, error: TsigError, why: string): TsigVerdict => {
  const record = tsigRecord({ ...tsig, mac: NOTHING, error, otherData: NOTHING })
  const signer = {
    length: record.length,
    sign: (answer: Uint8Array) => appendRecord(answer, record),
  }
  return { kind: 'invalid', keyName: tsig.keyName, error, why, skewSeconds: undefined, signer }
}

/** §5.2.3, §5.2.4: signed; BADTIME with the client's own time, and ours beside it. */
const signedError = (
  key: TsigKey,
  tsig: Tsig,
  error: TsigError,
  why: string,
  nowSeconds: number,
  skewSeconds?: number,
): TsigVerdict => {
  const variables =
    error === TsigError.BADTIME
      ? { timeSigned: tsig.timeSigned, fudge: tsig.fudge, error, otherData: u48(nowSeconds) }
      : { timeSigned: nowSeconds, fudge: FUDGE, error, otherData: NOTHING }
  const signer = answerSigner(key, tsig, variables)
  return { kind: 'invalid', keyName: tsig.keyName, error, why, skewSeconds, signer }
}

const answerSigner = (key: TsigKey, request: Tsig, fields: Variables): RunningSigner => {
  const { keyName, algorithmName } = request
  // §7: whatever our policy, a reply's MAC is no shorter than the request's.
  const macLength = Math.max(key.macLength, request.mac.length)
  let lastMac = request.mac
  const signAfter = (
    priorMac: Uint8Array,
    message: Uint8Array,
    tsig: Tsig,
    variables: Uint8Array,
  ): Uint8Array => {
    lastMac = answerMac(key, priorMac, message, variables).subarray(0, macLength)
    return appendRecord(message, tsigRecord({ ...tsig, mac: lastMac }))
  }
  const unsigned = (message: Uint8Array): Tsig => ({
    ...request,
    ...fields,
    originalId: u16At(message, 0),
    mac: NOTHING,
  })
  return {
    length: tsigLength(keyName, algorithmName, macLength, fields.otherData.length),
    sign: (answer) => {
      const tsig = unsigned(answer)
      return signAfter(request.mac, answer, tsig, tsigVariables(tsig))
    },
    signNext: (message, nowSeconds) => {
      const tsig = { ...unsigned(message), timeSigned: nowSeconds }
      return signAfter(lastMac, message, tsig, tsigTimers(tsig))
    },
  }
}

/** §4.3: the message as it was before its TSIG RR was added, and the TSIG variables. */
const requestMac = (key: TsigKey, packet: Uint8Array, tsigOffset: number, tsig: Tsig): Uint8Array =>
  hmac(key, [...piecesWithoutTsig(packet, tsigOffset, tsig.originalId), tsigVariables(tsig)])

/**
 * §5.3, §5.3.1: the MAC of the request or of the message before (with its length), the message, and
 * the TSIG variables or, from the second message on, the timers alone.
 */
const answerMac = (
  key: TsigKey,
  priorMac: Uint8Array,
  message: Uint8Array,
  variables: Uint8Array,
): Uint8Array => hmac(key, [...priorPieces(priorMac), message, variables])

const u48 = (value: number): Uint8Array => {
  const octets = Buffer.alloc(6)
  octets.writeUIntBE(value, 0, 6)
  return octets
}
