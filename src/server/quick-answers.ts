/**
 * The short way for plain questions whose answer is known: from the octets of the packet to those of
 * the answer, and nothing is made on the way. What is answered here is answered to the octet as on the
 * long way (`dispatch.ts`), counted and limited as there; everything else is left to it:
 *
 *     not one question, or records besides OPT          a long way
 *     TSIG, an EDNS version, an option but a cookie     likewise
 *     a cookie that was not seen to be good (ADR 16)    likewise
 *     a compressed name, octets that do not add up      likewise
 *     not answered before, or changed since             likewise, and it is kept there
 *     longer than the client takes                      likewise, for it decides what to leave out
 *     the same answer too often                         TC, or no answer
 */
import { octetAt, u16At } from '../base/bytes.ts'
import type { Counter } from '../base/counters.ts'
import { Rcode, RrType } from '../wire/codes.ts'
import { OptionCode, PLAIN_OPT_LENGTH } from '../wire/edns.ts'
import { Flag, HEADER_LENGTH } from '../wire/header.ts'
import { MAX_LABEL_LENGTH, MAX_NAME_LENGTH } from '../wire/name.ts'
import type { AnswerCache, AskedQuestion } from './answer-cache.ts'
import type { AnswerCounts } from './answer-counts.ts'
import type { QuickRequest, Source } from './exchange.ts'
import type { ClientLimits } from './client-limits.ts'
import { KNOWN_COOKIE_LENGTH, type KnownCookies } from './known-cookies.ts'
import { answerLimit } from './response.ts'

/** QR and Opcode in the upper octet of the flags: all zero in a QUERY. */
const QR_AND_OPCODE = 0xf8
const RD = Flag.RD >> 8
const QR = Flag.QR >> 8
const TC = Flag.TC >> 8
const DNSSEC_OK = 0x80

/** What `answer` gives besides lengths. */
const LONG_WAY = 0
const NO_ANSWER = -1

/** An option's code and length, and the cookie. */
const COOKIE_OPTION_LENGTH = 4 + KNOWN_COOKIE_LENGTH

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const NOTHING = new Uint8Array(0)

export interface QuickParts {
  readonly cache: AnswerCache
  readonly limits: ClientLimits
  readonly counts: AnswerCounts
  readonly cookies: KnownCookies
  /** Of good cookies that came. */
  readonly validCookies: Counter
  /** Our own limit over UDP, and what we announce. */
  readonly udpSize: number
}

export class QuickAnswers {
  private readonly parts: QuickParts
  /** The question that was read last, and what its OPT RR says. */
  private readonly question: Writable<AskedQuestion> = { octets: NOTHING, start: 0, end: 0 }
  private readonly edns = { udpSize: 0 }
  private hasEdns = false
  private dnssecOk = false
  /** Where its cookie's option begins, which is known to be good; 0 for none. */
  private cookieAt = 0

  constructor(parts: QuickParts) {
    this.parts = parts
  }

  /** As `Quick` says. */
  answer(request: QuickRequest): number {
    if (!this.reads(request)) return LONG_WAY
    const { cache, limits, counts, validCookies, udpSize } = this.parts
    const { address, transport } = request
    const entry = cache.find(this.question)
    if (entry === 0) return LONG_WAY
    const opt = this.optLength()
    const length = cache.lengthOf(entry) + opt
    const limit = answerLimit(transport, this.hasEdns ? this.edns : undefined, udpSize)
    if (length > Math.min(limit, request.room)) return LONG_WAY
    // RFC 7873 §5.2.5: who sends a good cookie is where it says it is.
    const isProven = this.cookieAt !== 0
    if (isProven) validCookies.count++
    switch (isProven ? 'send' : limits.verdict(transport, address, cache.accountOf(entry))) {
      case 'send':
        this.write(request, cache.messageOf(entry), length - opt)
        counts.add(transport, this.rcodeOf(request), 0)
        return length
      case 'truncate':
        return this.writeTruncated(request, transport)
      case 'drop':
        return NO_ANSWER
    }
  }

  /** Of the answer; no others are kept. */
  private rcodeOf({ answer, at }: QuickRequest): Rcode {
    return octetAt(answer, at + 3) === Rcode.NXDOMAIN ? Rcode.NXDOMAIN : Rcode.NOERROR
  }

  /** Whether the packet is a plain question, and nothing else. */
  private reads({ octets, start, end, address }: QuickRequest): boolean {
    if (end - start <= HEADER_LENGTH || (octetAt(octets, start + 2) & QR_AND_OPCODE) !== 0) {
      return false
    }
    const isAsking = u16At(octets, start + 4) === 1
    if (!isAsking || u16At(octets, start + 6) !== 0 || u16At(octets, start + 8) !== 0) return false
    const nameStart = start + HEADER_LENGTH
    let at = nameStart
    for (let length = octetAt(octets, at); length !== 0; length = octetAt(octets, at)) {
      at += length + 1
      // Also where the name is compressed, and where it runs out of the packet.
      if (length > MAX_LABEL_LENGTH || at >= end) return false
    }
    const questionEnd = at + 5
    if (at - nameStart >= MAX_NAME_LENGTH || questionEnd > end) return false
    this.question.octets = octets
    this.question.start = nameStart
    this.question.end = questionEnd
    this.cookieAt = 0
    const count = u16At(octets, start + 10)
    this.hasEdns = count === 1
    if (!this.hasEdns) return count === 0 && questionEnd === end
    return this.readsOpt(octets, questionEnd, end) && this.readsOptions(octets, end, address)
  }

  private optLength(): number {
    if (!this.hasEdns) return 0
    return this.cookieAt === 0 ? PLAIN_OPT_LENGTH : PLAIN_OPT_LENGTH + COOKIE_OPTION_LENGTH
  }

  /** RFC 6891 §6.1.2: an OPT RR of version 0, and nothing behind its options. */
  private readsOpt(octets: Uint8Array, at: number, end: number): boolean {
    if (end - at < PLAIN_OPT_LENGTH) return false
    this.edns.udpSize = u16At(octets, at + 3)
    this.dnssecOk = (octetAt(octets, at + 7) & DNSSEC_OK) !== 0
    const isOpt = octetAt(octets, at) === 0 && u16At(octets, at + 1) === RrType.OPT
    const options = end - at - PLAIN_OPT_LENGTH
    return isOpt && octetAt(octets, at + 6) === 0 && u16At(octets, at + 9) === options
  }

  /** None, or a cookie that is known to be good. */
  private readsOptions(octets: Uint8Array, end: number, address: string): boolean {
    const at = this.question.end + PLAIN_OPT_LENGTH
    if (at === end) return true
    const isCookie =
      end - at === COOKIE_OPTION_LENGTH &&
      u16At(octets, at) === OptionCode.COOKIE &&
      u16At(octets, at + 2) === KNOWN_COOKIE_LENGTH
    if (!isCookie || !this.parts.cookies.has(address, octets, at + 4)) return false
    this.cookieAt = at
    return true
  }

  /** @param from where the cache has the message, of `length` octets */
  private write(request: QuickRequest, from: number, length: number): void {
    const { octets, answer, start, at } = request
    const kept = this.parts.cache.octets
    // The ID and the question are the client's own, down to its spelling; RD is copied.
    for (let index = 0; index < 2; index++) answer[at + index] = octetAt(octets, start + index)
    answer[at + 2] = octetAt(kept, from + 2) | (octetAt(octets, start + 2) & RD)
    const questionStart = HEADER_LENGTH
    const questionEnd = this.question.end - start
    for (let index = 3; index < questionStart; index++) {
      answer[at + index] = octetAt(kept, from + index)
    }
    for (let index = questionStart; index < questionEnd; index++) {
      answer[at + index] = octetAt(octets, start + index)
    }
    for (let index = questionEnd; index < length; index++) {
      answer[at + index] = octetAt(kept, from + index)
    }
    if (this.hasEdns) this.writeOpt(answer, at, length)
    if (this.cookieAt !== 0) this.writeCookie(request, at + length)
  }

  /** The option as it came, into the OPT RR that was written there. */
  private writeCookie({ octets, answer }: QuickRequest, optAt: number): void {
    answer[optAt + PLAIN_OPT_LENGTH - 1] = COOKIE_OPTION_LENGTH
    const to = optAt + PLAIN_OPT_LENGTH
    for (let index = 0; index < COOKIE_OPTION_LENGTH; index++) {
      answer[to + index] = octetAt(octets, this.cookieAt + index)
    }
  }

  /** The question alone, for a client that shall come back over TCP. */
  private writeTruncated(request: QuickRequest, transport: Source['transport']): number {
    const { octets, answer, start, at } = request
    const length = this.question.end - start
    for (let index = 0; index < length; index++) answer[at + index] = octetAt(octets, start + index)
    answer[at + 2] = QR | TC | (octetAt(octets, start + 2) & RD)
    answer[at + 3] = Rcode.NOERROR
    answer[at + 11] = 0
    this.parts.counts.add(transport, Rcode.NOERROR, Flag.TC)
    if (!this.hasEdns) return length
    this.writeOpt(answer, at, length)
    return length + PLAIN_OPT_LENGTH
  }

  /** Our OPT RR, behind `length` octets of an answer. */
  private writeOpt(answer: Uint8Array, start: number, length: number): void {
    const { udpSize } = this.parts
    const at = start + length
    for (let index = 0; index < PLAIN_OPT_LENGTH; index++) answer[at + index] = 0
    answer[at + 2] = RrType.OPT
    answer[at + 3] = udpSize >> 8
    answer[at + 4] = udpSize & 0xff
    if (this.dnssecOk) answer[at + 7] = DNSSEC_OK
    const count = u16At(answer, start + 10) + 1
    answer[start + 10] = count >> 8
    answer[start + 11] = count & 0xff
  }
}
