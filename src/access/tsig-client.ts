/** TSIG as a client has it: signing a request, verifying what comes back (RFC 8945 §5.1, §5.4). */
import { timingSafeEqual } from 'node:crypto'
import { asBuffer, copyBytes, u16At } from '../base/bytes.ts'
import { TsigError } from '../wire/codes.ts'
import type { Message } from '../wire/message.ts'
import { nameEquals } from '../wire/name.ts'
import type { RecordView } from '../wire/record.ts'
import { appendRecord } from '../wire/writer.ts'
import { isAlgorithmNamed, shortestMac } from './algorithm.ts'
import type { TsigKey } from './keyring.ts'
import { TsigDigest } from './tsig-digest.ts'
import { readTsig, tsigRecord, tsigTimers, tsigVariables, type Tsig } from './tsig-rr.ts'

/** Seconds either way that our signatures are good for (RFC 8945 §10). */
const FUDGE = 300

/** Messages of one answer that may come unsigned between two that are signed (RFC 8945 §5.3.1). */
const MOST_UNSIGNED = 99

const NOTHING = new Uint8Array(0)

export interface SignedRequest {
  /** The request with its TSIG RR. */
  readonly packet: Uint8Array
  /** Checks the messages that answer it, in their order. */
  readonly verifier: AnswerVerifier
}

/**
 * @param request with its final ID, and no TSIG RR
 * @param nowSeconds since 1970
 */
export const signRequest = (
  key: TsigKey,
  request: Uint8Array,
  nowSeconds: number,
): SignedRequest => {
  const unsigned: Tsig = {
    keyName: key.name,
    algorithmName: key.algorithm.name,
    timeSigned: nowSeconds,
    fudge: FUDGE,
    mac: NOTHING,
    originalId: u16At(request, 0),
    error: TsigError.NOERROR,
    otherData: NOTHING,
  }
  const whole = new TsigDigest(key).message(request).variables(tsigVariables(unsigned)).finish()
  const mac = whole.subarray(0, key.macLength)
  const packet = appendRecord(request, tsigRecord({ ...unsigned, mac }))
  return { packet, verifier: new AnswerVerifier(key, mac) }
}

export type AnswerVerdict =
  | { readonly kind: 'valid' }
  /** Unsigned behind one that was signed: good as soon as a signed one follows (§5.3.1). */
  | { readonly kind: 'provisional'; readonly why: string }
  /** §5.4: not acceptable. Over UDP it may be another's, and one waits on; over TCP it is the end. */
  | { readonly kind: 'invalid'; readonly why: string }
  /** The server did not take our signature, and says why. */
  | {
      readonly kind: 'refused'
      /** The Error field, such as `TsigError.BADKEY`. */
      readonly error: number
      readonly why: string
      /** Whether it is signed; who does not know our key cannot sign, so this may be anybody's word. */
      readonly isProven: boolean
    }

/** For the messages that answer one request: one, or those of a zone transfer. */
export class AnswerVerifier {
  private readonly key: TsigKey
  /** Of the request, or of the last signed message. */
  private priorMac: Uint8Array
  private isFirst = true
  private unsigned = 0
  /** Over the prior MAC and the unsigned messages since; undefined when there is none. */
  private running: TsigDigest | undefined

  constructor(key: TsigKey, requestMac: Uint8Array) {
    this.key = key
    this.priorMac = requestMac
  }

  /** Whether the last message was signed: an answer of several has to end so (§5.3.1). */
  get isComplete(): boolean {
    return !this.isFirst && this.unsigned === 0
  }

  /**
   * Until a first message is valid, one that is not leaves no trace; after that it is the end.
   * @param nowSeconds since 1970
   */
  verify(message: Message, nowSeconds: number): AnswerVerdict {
    return message.tsig === undefined
      ? this.takeUnsigned(message.packet)
      : this.takeSigned(message.packet, message.tsig, nowSeconds)
  }

  private takeUnsigned(packet: Uint8Array): AnswerVerdict {
    if (this.isFirst) return invalid('the answer is not signed')
    if (this.unsigned === MOST_UNSIGNED) return invalid('too many messages in a row are not signed')
    this.unsigned++
    this.running ??= this.begin()
    this.running.message(packet)
    return { kind: 'provisional', why: 'the message itself is not signed' }
  }

  private takeSigned(packet: Uint8Array, record: RecordView, nowSeconds: number): AnswerVerdict {
    const tsig = readTsig(packet, record)
    if (tsig === undefined) return invalid('the TSIG record of the answer is malformed')
    const { key } = this
    if (
      !nameEquals(tsig.keyName, key.name) ||
      !isAlgorithmNamed(key.algorithm, tsig.algorithmName)
    ) {
      return invalid('the answer is signed with another key')
    }
    const { mac } = tsig
    // §5.3.2: BADKEY and BADSIG come without a MAC.
    if (mac.length === 0 && tsig.error !== TsigError.NOERROR)
      return refused(tsig, false, nowSeconds)
    if (mac.length < Math.max(key.macLength, shortestMac(key.algorithm))) {
      return invalid('the signature of the answer is too short')
    }
    const expected = this.digest(packet, record.offset, tsig)
    if (mac.length > expected.length || !timingSafeEqual(expected.subarray(0, mac.length), mac)) {
      return invalid('the signature of the answer is not made with our secret')
    }
    // §5.2.3, which §5.4 asks of answers too.
    const skew = tsig.timeSigned - nowSeconds
    if (Math.abs(skew) > tsig.fudge) return invalid(`the server's clock ${skewText(skew)}`)
    if (tsig.error !== TsigError.NOERROR) return refused(tsig, true, nowSeconds)
    this.priorMac = copyBytes(mac)
    this.isFirst = false
    this.unsigned = 0
    return { kind: 'valid' }
  }

  /** §5.3 for the first message, §5.3.1 for those behind it. */
  private digest(packet: Uint8Array, tsigOffset: number, tsig: Tsig): Uint8Array {
    const digest = this.running ?? this.begin()
    this.running = undefined
    digest.withoutTsig(packet, tsigOffset, tsig.originalId)
    return digest.variables(this.isFirst ? tsigVariables(tsig) : tsigTimers(tsig)).finish()
  }

  private begin(): TsigDigest {
    return new TsigDigest(this.key).prior(this.priorMac)
  }
}

const invalid = (why: string): AnswerVerdict => ({ kind: 'invalid', why })

const refused = (tsig: Tsig, isProven: boolean, nowSeconds: number): AnswerVerdict => {
  const { error } = tsig
  return { kind: 'refused', error, isProven, why: errorText(tsig, nowSeconds) }
}

/** §5.4.1, §5.4.2, §5.4.3: what the operator can do about it. */
const errorText = ({ error, otherData }: Tsig, nowSeconds: number): string => {
  switch (error) {
    case TsigError.BADKEY:
      return 'the server does not know the key, or has it with another algorithm (BADKEY)'
    case TsigError.BADSIG:
      return 'the server has another secret for the key (BADSIG)'
    case TsigError.BADTIME:
      return otherData.length === 6
        ? `the server's clock ${skewText(asBuffer(otherData).readUIntBE(0, 6) - nowSeconds)} (BADTIME)`
        : 'the clocks differ too much (BADTIME)'
    case TsigError.BADTRUNC:
      return 'the server wants longer signatures (BADTRUNC)'
    default:
      return `the server answers TSIG error ${error}`
  }
}

const skewText = (seconds: number): string =>
  `is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} ours`
