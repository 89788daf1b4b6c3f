/**
 * AXFR and IXFR. Over TCP they go message by message: the next one is made when the client has read
 * enough of those before, and other requests are answered in between.
 */
import { setImmediate } from 'node:timers/promises'
import type { Principal } from '../access/principal.ts'
import type { RunningSigner } from '../access/tsig.ts'
import type { Log } from '../base/log.ts'
import { axfrRecords, soaRecord } from '../transfer/axfr.ts'
import { envelopes, type EnvelopeFrame } from '../transfer/envelopes.ts'
import { changesSince } from '../transfer/ixfr.ts'
import { TransferSlots } from '../transfer/slots.ts'
import { Rcode, RrType } from '../wire/codes.ts'
import { optRecord, type EdnsOption } from '../wire/edns.ts'
import type { EnvelopeRecord } from '../wire/envelope-writer.ts'
import { answerFlags, Flag } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import type { Question } from '../wire/record.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { soaSerial } from '../zone/soa.ts'
import type { Exchange, Flow } from './exchange.ts'
import type { QueryAnswer } from './query.ts'
import { Response, type AnswerFrame } from './response.ts'
import type { ServedZone, Service } from './service.ts'
import { answerDatagram } from './transfer-datagram.ts'
import {
  logRefusedTransfer,
  logTransfer,
  type Sent,
  type TransferOutcome,
} from './transfer-event.ts'
import { judgeTransfer, type Accepted, type Judgement, type Refused } from './transfer-judgement.ts'
import { asksOfZone, zoneOptions } from './zone-options.ts'

/** A transfer keeps the version of the zone that it began with on disk: not for longer than this. */
const MOST_MILLISECONDS = 3_600_000

/** A request for a transfer, and what its answer is framed by. */
export interface TransferRequest {
  readonly exchange: Exchange
  readonly message: Message
  readonly question: Question
  readonly principal: Principal
  readonly frame: AnswerFrame
  readonly signer: RunningSigner | undefined
}

/** What is to be sent. */
interface Contents {
  readonly form: Sent['form']
  readonly soa: ZoneRecord
  /** What follows the SOA. */
  readonly records: Iterable<EnvelopeRecord>
}

export class TransferServer {
  private readonly service: Service
  private readonly strangersLog: Log
  private readonly slots: TransferSlots

  constructor(service: Service, strangersLog: Log) {
    this.service = service
    this.strangersLog = strangersLog
    this.slots = new TransferSlots(service.settings.transferLimits)
  }

  /** Answers over a connection; done when there will be no further message. */
  async answer(request: TransferRequest, flow: Flow): Promise<void> {
    const judgement = this.judge(request)
    switch (judgement.kind) {
      case 'refused':
        this.refuse(request, judgement)
        return
      case 'current': {
        const soa = soaRecord(judgement.zone.view)
        await this.send(request, judgement, flow, { form: 'SOA', soa, records: [] })
        return
      }
      case 'granted': {
        const slot = this.slots.take(request.exchange.source.address)
        // BIND answers the same beyond its quota: later it may be had.
        if (typeof slot === 'string') {
          this.refuse(request, { kind: 'refused', rcode: Rcode.SERVFAIL, why: slot })
          return
        }
        try {
          await this.send(request, judgement, flow, await this.contentsFor(judgement))
        } finally {
          slot()
        }
      }
    }
  }

  /** Makes the one message of an answer over UDP, for the caller to finish and to send. */
  answerDatagram(request: TransferRequest): { response: Response; answer: QueryAnswer } {
    const { message, frame } = request
    const judgement = this.judge(request)
    if (judgement.kind === 'refused') {
      this.logRefused(request, judgement)
      const account = `transfer rcode ${judgement.rcode}`
      return { response: new Response(message, frame), answer: { ...judgement, flags: 0, account } }
    }
    const options = this.optionsFor(request, judgement.zone, soaRecord(judgement.zone.view))
    const newResponse = (): Response => new Response(message, { ...frame, options })
    const made = answerDatagram(this.service.store, judgement, newResponse)
    this.finished(request, judgement, made)
    return made
  }

  private judge({ exchange, message, question, principal }: TransferRequest): Judgement {
    return judgeTransfer(this.service.zones, message, question, principal, exchange.source)
  }

  /** The changes since the client's version, or the whole zone where that is better. */
  private async contentsFor({ zone, serialBefore }: Accepted): Promise<Contents> {
    if (serialBefore !== undefined) {
      const steps = changesSince(this.service.store, zone.view, serialBefore)
      let step = steps.next()
      for (; step.done !== true; step = steps.next()) await setImmediate()
      const changes = step.value
      if (changes !== undefined) return { form: 'changes', ...opened(changes.records()) }
    }
    return { form: 'zone', ...opened(axfrRecords(zone.view)) }
  }

  private async send(
    request: TransferRequest,
    accepted: Accepted,
    flow: Flow,
    { form, soa, records }: Contents,
  ): Promise<void> {
    const { exchange } = request
    const sent = { records: 0, messages: 0, octets: 0 }
    let outcome: TransferOutcome = accepted.kind === 'current' ? 'current' : 'sent'
    try {
      const frame = this.envelopeFrame(request, accepted.zone, soa)
      for (const envelope of envelopes(soa, records, frame)) {
        const stop = sent.messages === 0 ? undefined : await this.reasonToStop(request, flow)
        if (stop !== undefined) {
          outcome = stop
          break
        }
        exchange.reply(envelope.message)
        sent.messages++
        sent.records += envelope.records
        sent.octets += envelope.message.length
      }
    } catch (bug) {
      flow.cut()
      throw bug
    }
    if (outcome === 'cut') flow.cut()
    this.finished(request, accepted, { form, serial: soaSerial(soa.rdata), outcome, ...sent })
  }

  /** Waits for the client, and lets other requests go first. */
  private async reasonToStop(
    request: TransferRequest,
    flow: Flow,
  ): Promise<'cut' | 'ended' | undefined> {
    await setImmediate()
    if (this.elapsed(request) > MOST_MILLISECONDS) return 'cut'
    return (await flow.drained()) ? undefined : 'ended'
  }

  private elapsed({ exchange }: TransferRequest): number {
    return this.service.clock.monotonicMilliseconds() - exchange.startedMilliseconds
  }

  private envelopeFrame(
    request: TransferRequest,
    zone: ServedZone,
    soa: ZoneRecord,
  ): EnvelopeFrame {
    const { question, frame, signer } = request
    const { header, edns } = request.message
    const { udpSize } = frame
    const options = this.optionsFor(request, zone, soa)
    const { clock } = this.service
    return {
      id: header.id,
      flags: answerFlags(header, Rcode.NOERROR, Flag.AA),
      question,
      opt: edns && optRecord({ rcode: 0, dnssecOk: edns.dnssecOk, udpSize, options }),
      signer,
      nowSeconds: () => clock.nowSeconds(),
    }
  }

  private optionsFor(
    { message, question, frame }: TransferRequest,
    zone: ServedZone,
    soa: ZoneRecord,
  ): readonly EdnsOption[] {
    const { edns } = message
    return asksOfZone(edns)
      ? [...frame.options, ...zoneOptions(edns, question, zone, soa.rdata)]
      : frame.options
  }

  private refuse(request: TransferRequest, refused: Refused): void {
    const { exchange, message, frame } = request
    exchange.reply(new Response(message, frame).finish(refused.rcode, 0, refused.error))
    this.logRefused(request, refused)
  }

  private logRefused({ exchange, question, principal }: TransferRequest, refused: Refused): void {
    const { source } = exchange
    const known = principal.kind === 'key' ? this.service.log : this.strangersLog
    const kind = kindOf(question)
    logRefusedTransfer(known, { ...refused, name: question.name, kind, source, principal })
  }

  private finished(request: TransferRequest, { zone, serialBefore }: Accepted, sent: Sent): void {
    const { exchange, question, principal } = request
    const { source } = exchange
    const { outcome } = sent
    // What it says that it has may be later than ours.
    const serial = outcome === 'current' && serialBefore !== undefined ? serialBefore : sent.serial
    const event = { apex: zone.apex, kind: kindOf(question), source, principal, serial, outcome }
    this.service.counters.add(`transfers ${outcome}`)
    const isProven = principal.kind === 'key' || source.transport === 'tcp'
    const log = isProven ? this.service.log : this.strangersLog
    logTransfer(log, event, { ...sent, serialBefore, milliseconds: this.elapsed(request) })
    this.service.onTransfer?.(event)
  }
}

const kindOf = ({ type }: Question): 'AXFR' | 'IXFR' => (type === RrType.AXFR ? 'AXFR' : 'IXFR')

/** Takes the SOA off, which every transfer begins with; from then on the rest is of its version. */
const opened = (records: Generator<EnvelopeRecord>): Pick<Contents, 'soa' | 'records'> => ({
  // What generates a transfer gives a SOA first, whole and by itself, whatever else follows.
  soa: records.next().value as ZoneRecord,
  records,
})
