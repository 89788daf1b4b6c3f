/**
 * The road of a request, with every early exit:
 *
 *     too short, or itself a response            → no answer
 *     octets that are no message                 → FORMERR
 *     an UPDATE of a secondary zone, signed      → what its primary answers (server/forwarding.ts)
 *     a signature that does not hold             → FORMERR, or NOTAUTH with the TSIG error
 *     an EDNS version that we do not speak       → BADVERS
 *     a cookie of a length that none has         → FORMERR
 *     an opcode that we do not speak             → NOTIMP
 *     AXFR, IXFR over TCP, message by message    → server/transfer.ts
 *     QUERY   answered at once                   → server/queries.ts
 *             the same answer too often          → TC, or no answer
 *     NOTIFY  answered at once                   → server/notify.ts
 *     UPDATE  answered when it is on disk        → update/process.ts
 *     anything that goes wrong in ourselves      → SERVFAIL, and the packet in the log
 */
import { anonymous, keyNameOf, principalText, type Principal } from '../access/principal.ts'
import { verifyRequest, type AnswerSigner, type TsigVerdict } from '../access/tsig.ts'
import { toHex } from '../base/bytes.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import { processUpdate } from '../update/process.ts'
import { refusal, refused, type UpdateResult } from '../update/verdict.ts'
import { Opcode, Rcode, TsigError } from '../wire/codes.ts'
import type { EdnsOption } from '../wire/edns.ts'
import { isResponse, opcodeOf, readHeader, type Header } from '../wire/header.ts'
import { parseMessage, type Message } from '../wire/message.ts'
import { StoreError } from '../zone/zone.ts'
import { AnswerCounts } from './answer-counts.ts'
import { answerOptions, type CookieState } from './client-options.ts'
import {
  sourceText,
  type Exchange,
  type Flow,
  type QuickRequest,
  type Reply,
  type Source,
} from './exchange.ts'
import { UpdateForwarding } from './forwarding.ts'
import { answerNotify } from './notify.ts'
import { Queries, type ParsedRequest } from './queries.ts'
import { quietLog } from './quiet-log.ts'
import { answerLimit, Response, type AnswerFrame, type RequestShape } from './response.ts'
import type { Service } from './service.ts'
import { transferQuestionOf } from './transfer-judgement.ts'
import { TransferServer } from './transfer.ts'
import { explanationOf, logUpdate, type BadSignature, type UpdateEvent } from './update-log.ts'

/** Log lines a second that clients without a proven identity can bring about. */
const STRANGERS_LINES_PER_SECOND = 10

/** Octets of a packet that the log shows. */
const MOST_PACKET_OCTETS = 512

export class Dispatcher {
  private readonly service: Service
  private readonly strangersLog: Log
  private readonly counts: AnswerCounts
  private readonly queries: Queries
  private readonly forwarding: UpdateForwarding
  private readonly transfers: TransferServer

  constructor(service: Service) {
    this.service = service
    this.strangersLog = quietLog(service.log, service.clock, STRANGERS_LINES_PER_SECOND)
    this.forwarding = new UpdateForwarding(service, this.strangersLog)
    this.counts = new AnswerCounts(service.counters)
    this.queries = new Queries(service, this.counts)
    this.transfers = new TransferServer(service, this.strangersLog)
  }

  /** Answers what was answered before and is still true, as `Quick` says; never throws. */
  readonly quick = (request: QuickRequest): number => this.queries.quick(request)

  /** Never throws or rejects; done when there will be no further reply. */
  readonly handle = (
    packet: Uint8Array,
    source: Source,
    reply: Reply,
    flow?: Flow,
  ): void | Promise<void> => {
    const startedMilliseconds = this.service.clock.monotonicMilliseconds()
    const exchange = { packet, source, reply, flow, startedMilliseconds }
    const header = readHeader(packet)
    // RFC 1035 §7.3: answering answers is how two servers talk for ever.
    if (header === undefined || isResponse(header)) {
      this.service.counters.add('dropped')
      return
    }
    try {
      return this.dispatch(exchange, header)?.catch((bug: unknown) => {
        this.failed(exchange, header, bug)
      })
    } catch (bug) {
      this.failed(exchange, header, bug)
    }
  }

  /** Gives a promise when the answer has to wait, for the disk or for the client to read. */
  private dispatch(exchange: Exchange, header: Header): Promise<void> | undefined {
    const { packet, source } = exchange
    const parsed = parseMessage(packet, header)
    if (!parsed.ok) {
      const shape = { header, questions: parsed.questions, edns: undefined }
      // Other opcodes may have another format, as DSO has (RFC 8490 §5.4).
      const rcode = isSpoken(opcodeOf(header)) ? Rcode.FORMERR : Rcode.NOTIMP
      this.answer(exchange, new Response(shape, this.frame(source, shape)), rcode)
      this.logStranger(exchange, shape, Rcode.FORMERR, parsed.why)
      return undefined
    }
    const { message } = parsed
    const { keyring, keyUses, clock, settings, counters } = this.service
    const nowSeconds = clock.nowSeconds()
    const verdict = verifyRequest(message, keyring, nowSeconds)
    const forwarded = this.forwarding.take(exchange, message, verdict)
    if (forwarded !== undefined) return forwarded
    if (verdict.kind === 'malformed' || verdict.kind === 'invalid') {
      this.badSignature(exchange, message, verdict)
      return undefined
    }
    if (verdict.kind === 'valid') keyUses.note(verdict.key, source.address)
    const signer = verdict.kind === 'valid' ? verdict.signer : undefined
    // RFC 6891 §6.1.3: version 0 is all there is; what options mean in another is not known.
    if (message.edns !== undefined && message.edns.version > 0) {
      this.answer(exchange, this.respond(exchange, message, signer), Rcode.BADVERS)
      return undefined
    }
    const asked = answerOptions(settings, message.edns, source, nowSeconds)
    if (asked.kind === 'malformed') {
      this.answer(exchange, this.respond(exchange, message, signer), Rcode.FORMERR)
      return undefined
    }
    if (asked.cookie !== 'none') counters.add(`cookies ${asked.cookie}`)
    const frame = this.frame(source, message, asked.options, signer)
    const principal: Principal =
      verdict.kind === 'valid' ? { kind: 'key', key: verdict.key } : anonymous
    return this.answerByOpcode({ exchange, message, principal, frame, signer }, asked.cookie)
  }

  private answerByOpcode(request: ParsedRequest, cookie: CookieState): Promise<void> | undefined {
    const { exchange, message, principal, frame } = request
    switch (opcodeOf(message.header)) {
      case Opcode.UPDATE:
        return this.update(exchange, message, principal, new Response(message, frame))
      case Opcode.QUERY: {
        const question = transferQuestionOf(message)
        if (question === undefined) {
          this.queries.answer(request, cookie)
          return undefined
        }
        if (exchange.flow !== undefined) {
          return this.transfers.answer({ ...request, question }, exchange.flow)
        }
        this.queries.send(request, cookie, this.transfers.answerDatagram({ ...request, question }))
        return undefined
      }
      case Opcode.NOTIFY: {
        const { service, strangersLog } = this
        const { source } = exchange
        const { rcode, flags } = answerNotify(service, message, principal, source, strangersLog)
        this.answer(exchange, new Response(message, frame), rcode, flags)
        return undefined
      }
      default:
        this.answer(exchange, new Response(message, frame), Rcode.NOTIMP)
        return undefined
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
      const { address, transport } = source
      const requester = { key: keyNameOf(principal), address, transport }
      result = await processUpdate(message, requester, author, zones, store)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      // RFC 2136 §3.4.2.1
      result = refused(refusal(Rcode.SERVFAIL, error.message))
    }
    this.count(exchange, result.rcode, 0)
    reply(response.finish(result.rcode, 0, explanationOf(principal, result)))
    const known = principal.kind === 'key' ? log : this.strangersLog
    this.tell(known, exchange, this.event(exchange, message, principal, result))
  }

  private badSignature(
    exchange: Exchange,
    message: Message,
    verdict: Extract<TsigVerdict, { kind: 'malformed' | 'invalid' }>,
  ): void {
    if (verdict.kind === 'malformed') {
      this.answer(exchange, this.respond(exchange, message), Rcode.FORMERR)
      this.logStranger(exchange, message, Rcode.FORMERR, verdict.why)
      return
    }
    this.answer(exchange, this.respond(exchange, message, verdict.signer), Rcode.NOTAUTH)
    const [zone] = message.questions
    const isUnknown = verdict.error === TsigError.BADKEY
    this.logStranger(exchange, message, Rcode.NOTAUTH, verdict.why, {
      key: nameToText(verdict.keyName),
      skewSeconds: verdict.skewSeconds,
      // One of them is what the client should have.
      knownKeys: isUnknown ? (zone && this.service.zones.get(zone.name))?.policy.keys : undefined,
    })
  }

  /** An answer without options. */
  private respond({ source }: Exchange, message: Message, signer?: AnswerSigner): Response {
    return new Response(message, this.frame(source, message, [], signer))
  }

  private frame(
    source: Source,
    { edns }: RequestShape,
    options: readonly EdnsOption[] = [],
    signer?: AnswerSigner,
  ): AnswerFrame {
    const { udpSize } = this.service.settings
    return { limit: answerLimit(source.transport, edns, udpSize), udpSize, options, signer }
  }

  private answer(exchange: Exchange, response: Response, rcode: Rcode, flags = 0): void {
    this.count(exchange, rcode, flags)
    exchange.reply(response.finish(rcode, flags))
  }

  private count({ source }: Exchange, rcode: Rcode, flags: number): void {
    this.counts.add(source.transport, rcode, flags)
  }

  /** RFC 8945 §5.2 wants what is wrong with a signature in the log, whatever was asked. */
  private logStranger(
    exchange: Exchange,
    shape: RequestShape,
    rcode: typeof Rcode.FORMERR | typeof Rcode.NOTAUTH,
    why: string,
    signature?: BadSignature,
  ): void {
    if (opcodeOf(shape.header) === Opcode.UPDATE) {
      const result = refused(refusal(rcode, why))
      const event = this.event(exchange, shape, anonymous, result)
      this.tell(this.strangersLog, exchange, { ...event, signature })
    } else if (signature !== undefined) {
      const { key, skewSeconds } = signature
      const fields = { source: sourceText(exchange.source), reason: why, key, skewSeconds }
      this.strangersLog.info(fields, 'request with a bad signature')
    }
  }

  private tell(log: Log, { packet }: Exchange, event: UpdateEvent): void {
    logUpdate(log, event)
    const { rcode, why: reason } = event.result
    if (rcode !== Rcode.NOERROR) this.service.rejections.add(packet, { ...event, rcode, reason })
  }

  private event(
    { source, startedMilliseconds }: Exchange,
    { questions }: RequestShape,
    principal: Principal,
    result: UpdateResult,
  ): UpdateEvent {
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
  private failed(exchange: Exchange, header: Header, bug: unknown): void {
    const { packet, source } = exchange
    const head = toHex(packet.subarray(0, MOST_PACKET_OCTETS))
    const fields = { source: sourceText(source), packet: head, octets: packet.length, err: bug }
    this.strangersLog.error(fields, 'a request could not be handled; please report this line')
    const shape = { header, questions: [], edns: undefined }
    this.answer(exchange, new Response(shape, this.frame(source, shape)), Rcode.SERVFAIL)
  }
}

const isSpoken = (opcode: number): boolean =>
  opcode === Opcode.QUERY || opcode === Opcode.NOTIFY || opcode === Opcode.UPDATE
