/**
 * What a thread that only reads answers (ADR 19): questions that follow from the zones and settings
 * alone. Whatever else comes, or whatever it is not sure of, is for the thread that writes, where
 * requests are dispatched:
 *
 *     no header, a response, octets that are no message     another thread
 *     another opcode, a signature, another EDNS version     likewise
 *     a SOA, ANY, a transfer, more than one question        likewise
 *     a cookie of a length that none has                    likewise
 *     anything that goes wrong in ourselves                 likewise
 */
import { anonymous } from '../access/principal.ts'
import { Opcode } from '../wire/codes.ts'
import { isResponse, opcodeOf, readHeader } from '../wire/header.ts'
import { parseMessage, type Message } from '../wire/message.ts'
import { AnswerCounts } from './answer-counts.ts'
import { answerOptions } from './client-options.ts'
import type { QuickRequest, Reply, Source } from './exchange.ts'
import { isKept, Queries, type QueryService } from './queries.ts'
import { answerLimit } from './response.ts'
import { transferQuestionOf } from './transfer-judgement.ts'

export class PlainQueries {
  private readonly service: QueryService
  private readonly queries: Queries

  constructor(service: QueryService) {
    this.service = service
    this.queries = new Queries(service, new AnswerCounts(service.counters))
  }

  /** As `Quick` says. */
  quick(request: QuickRequest): number {
    return this.queries.quick(request)
  }

  /** @returns whether the packet is done with; never throws */
  answer(packet: Uint8Array, source: Source, reply: Reply): boolean {
    const message = questionIn(packet)
    if (message === undefined) return false
    try {
      return this.answerMessage(message, source, reply)
    } catch {
      // A bug of ours or a disk that cannot be read: who writes will meet it as well, and has a log.
      this.service.counters.add('questions that a reader could not answer')
      return false
    }
  }

  private answerMessage(message: Message, source: Source, reply: Reply): boolean {
    const { settings, clock, counters } = this.service
    const { packet, edns } = message
    const asked = answerOptions(settings, edns, source, clock.nowSeconds())
    if (asked.kind === 'malformed') return false
    if (asked.cookie !== 'none') counters.add(`cookies ${asked.cookie}`)
    const { udpSize } = settings
    const limit = answerLimit(source.transport, edns, udpSize)
    const frame = { limit, udpSize, options: asked.options, signer: undefined }
    const startedMilliseconds = clock.monotonicMilliseconds()
    const exchange = { packet, source, reply, flow: undefined, startedMilliseconds }
    const request = { exchange, message, principal: anonymous, frame, signer: undefined }
    this.queries.answer(request, asked.cookie)
    return true
  }
}

/** The message, where it is one of those that are answered here. */
const questionIn = (packet: Uint8Array): Message | undefined => {
  const header = readHeader(packet)
  if (header === undefined || isResponse(header)) return undefined
  if (opcodeOf(header) !== Opcode.QUERY) return undefined
  const parsed = parseMessage(packet, header)
  if (!parsed.ok) return undefined
  const { message } = parsed
  const { edns, tsig } = message
  if (tsig !== undefined || (edns !== undefined && edns.version > 0)) return undefined
  return isKept(message) && transferQuestionOf(message) === undefined ? message : undefined
}
