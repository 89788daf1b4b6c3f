/**
 * QUERY from a request that was taken apart to its answer, unless that goes to the same network too often;
 * and the short way for what was answered before.
 */
import type { Principal } from '../access/principal.ts'
import type { RunningSigner } from '../access/tsig.ts'
import { Rcode, RrClass, RrType } from '../wire/codes.ts'
import { answerFlags, Flag, HEADER_LENGTH } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import type { Question } from '../wire/record.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { AnswerCache } from './answer-cache.ts'
import type { AnswerCounts } from './answer-counts.ts'
import { AnswerReads, WatchedZones } from './answer-reads.ts'
import { ClientLimits } from './client-limits.ts'
import type { CookieState } from './client-options.ts'
import type { Exchange, QuickRequest } from './exchange.ts'
import { KnownCookies } from './known-cookies.ts'
import { answerQuery, type QueryAnswer } from './query.ts'
import { QuickAnswers } from './quick-answers.ts'
import { RateLimiter } from './rate-limit.ts'
import { Response, type AnswerFrame } from './response.ts'
import type { AskedZone, Service } from './service.ts'
import { tellOfSoa } from './soa-asked.ts'
import { frameOfZone } from './zone-options.ts'

/** A QUERY, and what its answer is framed by. */
export interface ParsedRequest {
  readonly exchange: Exchange
  readonly message: Message
  readonly principal: Principal
  readonly frame: AnswerFrame
  /** Of a request with a good signature. */
  readonly signer: RunningSigner | undefined
}

export interface AnsweredQuery {
  readonly response: Response
  readonly answer: QueryAnswer
}

type Parts = 'clock' | 'counters' | 'settings' | 'changes' | 'rateAccounts' | 'onTransfer'

/** All of a `Service` that questions are answered from. */
export interface QueryService extends Pick<Service, Parts> {
  readonly zones: ZoneSet<AskedZone>
  /** Lets the next reads see all that was committed, where zones are read beside who writes them. */
  readonly renew?: () => void
}

/** What keeping answers takes. */
interface Keeping {
  readonly cache: AnswerCache
  readonly quick: QuickAnswers
  readonly cookies: KnownCookies
  readonly reads: AnswerReads
  readonly zones: WatchedZones
}

/** QTYPE and QCLASS behind the name. */
const QUESTION_TAIL = 4

export class Queries {
  private readonly service: QueryService
  private readonly counts: AnswerCounts
  private readonly limiter: RateLimiter
  private readonly limits: ClientLimits
  private readonly keeping: Keeping | undefined
  /** Of the zones that the answers in the cache are from. */
  private version: number

  constructor(service: QueryService, counts: AnswerCounts) {
    const { settings, clock, counters, zones, rateAccounts } = service
    this.service = service
    this.counts = counts
    this.limiter = new RateLimiter(settings.rateLimits, clock, rateAccounts)
    this.limits = new ClientLimits(this.limiter, settings, counters)
    this.version = zones.version
    this.keeping = this.keepingFor(service)
  }

  private keepingFor({
    settings,
    changes,
    zones,
    clock,
    counters,
  }: QueryService): Keeping | undefined {
    const { udpSize, answerCache } = settings
    if (changes === undefined || answerCache === 0) return undefined
    const { limits, counts } = this
    const cache = new AnswerCache(answerCache, changes)
    const reads = new AnswerReads(changes)
    const cookies = new KnownCookies(clock)
    const validCookies = counters.counter('cookies valid')
    const quick = new QuickAnswers({ cache, limits, counts, cookies, validCookies, udpSize })
    return { cache, quick, cookies, reads, zones: new WatchedZones(zones, reads) }
  }

  /** As `Quick` says. */
  quick(request: QuickRequest): number {
    return this.keeping === undefined ? 0 : this.current(this.keeping).quick.answer(request)
  }

  /** Answers what is no transfer. */
  answer(request: ParsedRequest, cookie: CookieState): void {
    const { service } = this
    const { exchange, message, principal } = request
    const { source } = exchange
    const keeping = this.keeping && isKept(message) ? this.current(this.keeping) : undefined
    keeping?.reads.begin()
    // Not before: what is read must not be older than what it is kept as.
    service.renew?.()
    const frame = frameOfZone(service.zones, message, request.frame)
    const response = new Response(message, frame)
    const zones = keeping?.zones ?? service.zones
    const from = { zones, settings: service.settings }
    const answer = answerQuery(from, message, source, cookie, response.writer)
    if (keeping !== undefined) {
      this.keep(keeping, message, { response, answer })
      if (cookie === 'valid') keeping.cookies.note(source.address, message.edns)
    }
    tellOfSoa(service, source, message, principal)
    this.send(request, cookie, { response, answer })
  }

  /** Sends an answer to a QUERY, unless the same goes to that network too often. */
  send(
    { exchange, message, frame }: ParsedRequest,
    cookie: CookieState,
    { response, answer }: AnsweredQuery,
  ): void {
    const { source, reply } = exchange
    // Whether the client is known to be where it says it is.
    const isProven = frame.signer !== undefined || cookie === 'valid'
    if (!isProven) {
      const account = this.limiter.answerOf(answer.account)
      const verdict = this.limits.verdict(source.transport, source.address, account)
      if (verdict === 'drop') return
      if (verdict === 'truncate') {
        this.counts.add(source.transport, Rcode.NOERROR, Flag.TC)
        reply(new Response(message, frame).finish(Rcode.NOERROR, Flag.TC))
        return
      }
    }
    this.counts.add(source.transport, answer.rcode, answer.flags)
    reply(response.finish(answer.rcode, answer.flags, answer.error))
  }

  /** What is kept is of the zones that there are now (a secondary zone comes and goes). */
  private current(keeping: Keeping): Keeping {
    const { version } = this.service.zones
    if (version !== this.version) keeping.cache.clear()
    this.version = version
    return keeping
  }

  private keep(
    { cache, reads }: Keeping,
    message: Message,
    { response, answer }: AnsweredQuery,
  ): void {
    const { rcode, flags, account } = answer
    const { writer } = response
    if ((rcode !== Rcode.NOERROR && rcode !== Rcode.NXDOMAIN) || writer.isShort) return
    // RD is the client's.
    writer.header(0, answerFlags({ ...message.header, flags: 0 }, rcode, flags))
    const octets = writer.finish()
    // There is one question, `isKept` says so.
    const { name } = message.questions[0] as Question
    const end = HEADER_LENGTH + name.length + QUESTION_TAIL
    const { leansOnSpelling } = writer
    const made = { account: this.limiter.answerOf(account), leansOnSpelling, reads }
    cache.put({ octets, start: HEADER_LENGTH, end }, octets, made)
  }
}

/**
 * Whether an answer to the question follows from the zones alone. Who asks for a SOA is told of
 * (`soa-asked.ts`), and what QTYPE ANY gets depends on the transport.
 */
export const isKept = ({ questions }: Message): boolean => {
  const [question, ...more] = questions
  if (question?.class !== RrClass.IN || more.length > 0) return false
  return question.type !== RrType.SOA && question.type !== RrType.ANY
}
