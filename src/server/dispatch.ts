/**
 * The road of a request, with every early exit:
 *
 *     too short, or itself a response            → no answer
 *     an opcode that we do not speak             → NOTIMP
 *     octets that are no message                 → FORMERR
 *     a signature that does not hold             → FORMERR, or NOTAUTH with the TSIG error
 *     an EDNS version that we do not speak       → BADVERS
 *     QUERY   answered at once                   → query/answer.ts
 *     UPDATE  answered when it is on disk        → update/process.ts
 *     anything that goes wrong in ourselves      → SERVFAIL, and the packet in the log
 */
import type { Keyring } from '../access/keyring.ts'
import { anonymous, principalText, type Principal } from '../access/principal.ts'
import { verifyRequest, type AnswerSigner, type TsigVerdict } from '../access/tsig.ts'
import { toHex } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { answerQuestion } from '../query/answer.ts'
import { processUpdate, type UpdateZone } from '../update/process.ts'
import { refused, type UpdateResult } from '../update/verdict.ts'
import { isMetaType, Opcode, Rcode, RrClass, RrType } from '../wire/codes.ts'
import { isResponse, opcodeOf, readHeader, type Header } from '../wire/header.ts'
import { parseMessage, type Message } from '../wire/message.ts'
import { StoreError, type ZoneStore } from '../zone/zone.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { sourceText, type Exchange, type Reply, type Source } from './exchange.ts'
import { quietLog } from './quiet-log.ts'
import { answerLimit, Response, type RequestShape } from './response.ts'
import { logUpdate } from './update-log.ts'

/** What requests are answered from. */
export interface Service {
  readonly zones: ZoneSet<UpdateZone>
  readonly keyring: Keyring
  readonly store: ZoneStore
  readonly clock: Clock
  readonly log: Log
}

/** Log lines a second that clients without a proven identity can bring about. */
const STRANGERS_LINES_PER_SECOND = 10

export class Dispatcher {
  private readonly service: Service
  private readonly strangersLog: Log

  constructor(service: Service) {
    this.service = service
    this.strangersLog = quietLog(service.log, service.clock, STRANGERS_LINES_PER_SECOND)
  }

  /** Never throws or rejects; done when there will be no further reply. */
  readonly handle = (packet: Uint8Array, source: Source, reply: Reply): void | Promise<void> => {
    const startedMilliseconds = this.service.clock.monotonicMilliseconds()
    const exchange = { packet, source, reply, startedMilliseconds }
    const header = readHeader(packet)
    // RFC 1035 §7.3: answering answers is how two servers talk for ever.
    if (header === undefined || isResponse(header)) return
    try {
      return this.dispatch(exchange, header)?.catch((bug: unknown) => {
        this.failed(exchange, header, bug)
      })
    } catch (bug) {
      this.failed(exchange, header, bug)
    }
  }

  /** Gives a promise when the answer has to wait for the disk. */
  private dispatch(exchange: Exchange, header: Header): Promise<void> | undefined {
    const { packet, reply, source } = exchange
    const opcode = opcodeOf(header)
    if (opcode !== Opcode.QUERY && opcode !== Opcode.UPDATE) {
      reply(bareAnswer(header, Rcode.NOTIMP))
      return undefined
    }
    const parsed = parseMessage(packet, header)
    if (!parsed.ok) {
      const shape = { header, questions: parsed.questions, edns: undefined }
      reply(new Response(shape, answerLimit(source.transport, undefined)).finish(Rcode.FORMERR))
      if (opcode === Opcode.UPDATE) this.logStranger(exchange, shape, Rcode.FORMERR, parsed.why)
      return undefined
    }
    const { message } = parsed
    const { keyring, clock } = this.service
    const verdict = verifyRequest(message, keyring, clock.nowSeconds())
    if (verdict.kind === 'malformed' || verdict.kind === 'invalid') {
      this.badSignature(exchange, message, verdict)
      return undefined
    }
    const principal: Principal =
      verdict.kind === 'valid' ? { kind: 'key', key: verdict.key } : anonymous
    const signer = verdict.kind === 'valid' ? verdict.signer : undefined
    const response = new Response(message, answerLimit(source.transport, message.edns), signer)
    // RFC 6891 §6.1.3: version 0 is all there is.
    if (message.edns !== undefined && message.edns.version > 0) {
      reply(response.finish(Rcode.BADVERS))
      return undefined
    }
    if (opcode === Opcode.UPDATE) return this.update(exchange, message, principal, response)
    this.query(exchange, message, response)
    return undefined
  }

  private query({ reply, source }: Exchange, message: Message, response: Response): void {
    const [question] = message.questions
    // RFC 9619 §4: a QUERY has one question.
    if (question === undefined || message.questions.length > 1) {
      reply(response.finish(Rcode.FORMERR))
    } else if (isMetaType(question.type) && question.type !== RrType.ANY) {
      reply(response.finish(Rcode.NOTIMP))
    } else if (question.class !== RrClass.IN) {
      reply(response.finish(Rcode.REFUSED))
    } else {
      // RFC 8482 §4.4: over TCP the client is who it says, and may have all it asked for.
      const wholeAny = source.transport === 'tcp'
      const answer = answerQuestion(this.service.zones, question, response.writer, wholeAny)
      reply(response.finish(answer.rcode, answer.flags))
    }
  }

  private async update(
    exchange: Exchange,
    message: Message,
    principal: Principal,
    response: Response,
  ): Promise<void> {
    const { zones, store, log } = this.service
    const { source, reply } = exchange
    const author = {
      principal: principalText(principal),
      source: sourceText(source),
      transport: source.transport,
    }
    let result: UpdateResult
    try {
      result = await processUpdate(message, principal, author, zones, store)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      // RFC 2136 §3.4.2.1
      result = refused({ rcode: Rcode.SERVFAIL, why: causeText(error) })
    }
    reply(response.finish(result.rcode))
    const known = principal.kind === 'key' ? log : this.strangersLog
    logUpdate(known, this.event(exchange, message, principal, result))
  }

  private badSignature(
    exchange: Exchange,
    message: Message,
    verdict: Extract<TsigVerdict, { kind: 'malformed' | 'invalid' }>,
  ): void {
    const isMalformed = verdict.kind === 'malformed'
    const rcode = isMalformed ? Rcode.FORMERR : Rcode.NOTAUTH
    const signer: AnswerSigner | undefined = isMalformed ? undefined : verdict.signer
    const limit = answerLimit(exchange.source.transport, message.edns)
    exchange.reply(new Response(message, limit, signer).finish(rcode))
    if (opcodeOf(message.header) === Opcode.UPDATE) {
      this.logStranger(exchange, message, rcode, verdict.why)
    }
  }

  private logStranger(
    exchange: Exchange,
    shape: RequestShape,
    rcode: typeof Rcode.FORMERR | typeof Rcode.NOTAUTH,
    why: string,
  ): void {
    const result = refused({ rcode, why })
    logUpdate(this.strangersLog, this.event(exchange, shape, anonymous, result))
  }

  private event(
    { source, startedMilliseconds }: Exchange,
    { questions }: RequestShape,
    principal: Principal,
    result: UpdateResult,
  ): Parameters<typeof logUpdate>[1] {
    return {
      principal,
      source: sourceText(source),
      transport: source.transport,
      zone: questions[0],
      result,
      milliseconds: this.service.clock.monotonicMilliseconds() - startedMilliseconds,
    }
  }

  /** A bug of ours: the client hears of it, and the log has what it takes to find it. */
  private failed({ packet, source, reply }: Exchange, header: Header, bug: unknown): void {
    const fields = { source: sourceText(source), packet: toHex(packet), err: bug }
    this.service.log.error(fields, 'a request could not be handled; please report this line')
    reply(bareAnswer(header, Rcode.SERVFAIL))
  }
}

const bareAnswer = (header: Header, rcode: Rcode): Uint8Array =>
  new Response({ header, questions: [], edns: undefined }, answerLimit('udp', undefined)).finish(
    rcode,
  )

/** The store's own words and the system's: "no space left on device" is what helps. */
const causeText = (error: StoreError): string =>
  error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
