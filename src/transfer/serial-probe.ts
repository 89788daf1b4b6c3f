/**
 * Asking a secondary which version it answers with, again and again for as long as somebody wants to
 * know. What it was sent says less: a server may take its time to serve what it has.
 */
import { signRequest, type AnswerVerifier } from '../access/tsig-client.ts'
import { Appointment } from '../base/scheduler.ts'
import { Opcode, Rcode, RrClass, RrType } from '../wire/codes.ts'
import { PLAIN_UDP_SIZE } from '../wire/edns.ts'
import { Flag, isResponse, opcodeOf, readHeader } from '../wire/header.ts'
import { parseMessage } from '../wire/message.ts'
import type { Name } from '../wire/name.ts'
import { MessageWriter } from '../wire/writer.ts'
import type { Serial } from '../zone/serial.ts'
import { serialAmong } from '../zone/soa.ts'
import type { NotifyContext, NotifyPeer, Question } from './notify-target.ts'

/** Milliseconds until it is asked again: doubled each time. */
const FIRST_WAIT = 50
const LONGEST_WAIT = 1000

export class SerialProbe {
  private readonly context: NotifyContext
  private readonly peer: NotifyPeer
  private readonly apex: Name
  private readonly onAnswer: (serial: Serial | undefined) => void
  private readonly appointment = new Appointment(() => {
    this.onTime()
  })
  private question: Question | undefined
  private wait = FIRST_WAIT
  private isStopped = false

  /** @param onAnswer is told what each question came to; undefined: no answer of use in time */
  constructor(
    context: NotifyContext,
    peer: NotifyPeer,
    apex: Name,
    onAnswer: (serial: Serial | undefined) => void,
  ) {
    this.context = context
    this.peer = peer
    this.apex = apex
    this.onAnswer = onAnswer
  }

  /** Asks at once. */
  start(): void {
    const { scheduler, clock, questions, counters } = this.context
    let verifier: AnswerVerifier | undefined
    this.question = questions.ask(this.peer, (packet) => {
      const serial = this.serialIn(packet, verifier)
      if (serial === undefined) return
      this.endQuestion()
      this.onAnswer(serial)
    })
    if (this.question !== undefined) {
      const unsigned = writeSoaQuery(this.question.id, this.apex)
      const { key } = this.peer
      const signed = key && signRequest(key, unsigned, clock.nowSeconds())
      verifier = signed?.verifier
      this.question.send(signed?.packet ?? unsigned)
    }
    counters.add('secondaries asked')
    scheduler.at(this.appointment, clock.monotonicMilliseconds() + this.wait)
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT)
  }

  stop(): void {
    this.isStopped = true
    this.context.scheduler.cancel(this.appointment)
    this.endQuestion()
  }

  private onTime(): void {
    const isAnswered = this.question === undefined
    this.endQuestion()
    if (!isAnswered) this.onAnswer(undefined)
    // Whoever was told that may have had enough.
    if (!this.isStopped) this.start()
  }

  private endQuestion(): void {
    this.question?.end()
    this.question = undefined
  }

  /** Only what it says with authority is of use: a cache may be behind. */
  private serialIn(packet: Uint8Array, verifier: AnswerVerifier | undefined): Serial | undefined {
    const header = readHeader(packet)
    if (header === undefined || !isResponse(header)) return undefined
    const isGood = opcodeOf(header) === Opcode.QUERY && (header.flags & 0xf) === Rcode.NOERROR
    if (!isGood || (header.flags & Flag.AA) === 0) return undefined
    const parsed = parseMessage(packet, header)
    if (!parsed.ok) return undefined
    const verdict = verifier?.verify(parsed.message, this.context.clock.nowSeconds())
    if (verdict !== undefined && verdict.kind !== 'valid') return undefined
    const serial = serialAmong(packet, parsed.message.answers, this.apex)
    return serial === 'malformed' ? undefined : serial
  }
}

const writeSoaQuery = (id: number, apex: Name): Uint8Array => {
  const writer = new MessageWriter(PLAIN_UDP_SIZE)
  writer.header(id, Opcode.QUERY << 11)
  writer.question(apex, RrType.SOA, RrClass.IN)
  return writer.finish()
}
