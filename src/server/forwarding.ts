/**
 * UPDATEs of secondary zones go to the primary (RFC 2136 §6) as they came: whether a client may make
 * a change is decided there, by the client's own signature. So unsigned ones are never forwarded: by
 * its address the primary would take them for ours.
 */
import type { AnswerSigner, TsigVerdict } from '../access/tsig.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import { Opcode, Rcode, rcodeName, RrClass, RrType } from '../wire/codes.ts'
import { opcodeOf } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import type { Name } from '../wire/name.ts'
import { sourceText, type Exchange, type Source } from './exchange.ts'
import { forwardedRcode, type Forwarding } from './forwarded-update.ts'
import { answerLimit, Response } from './response.ts'
import type { Service } from './service.ts'

/** Of a key that we have and that holds, or of one that is the primary's to judge. */
type Forwardable = Extract<TsigVerdict, { kind: 'valid' | 'invalid' }>

type Served = Pick<
  Service,
  'zones' | 'keyring' | 'forwarding' | 'settings' | 'counters' | 'clock' | 'log'
>

export class UpdateForwarding {
  private readonly service: Served
  private readonly strangersLog: Log

  constructor(service: Served, strangersLog: Log) {
    this.service = service
    this.strangersLog = strangersLog
  }

  /** @returns undefined when the message is for us; done when the client has its answer */
  take(exchange: Exchange, message: Message, verdict: TsigVerdict): Promise<void> | undefined {
    const { forwarding } = this.service
    if (forwarding === undefined || opcodeOf(message.header) !== Opcode.UPDATE) return undefined
    if (verdict.kind !== 'valid' && verdict.kind !== 'invalid') return undefined
    const apex = this.apexFor(message, verdict)
    return apex && this.forward(forwarding, exchange, message, verdict, apex)
  }

  /**
   * RFC 8945 §5.5: what is signed with a key that we do not have is passed on unchanged, and a key
   * that we have is checked first: what does not hold here goes nowhere.
   */
  private apexFor({ questions }: Message, verdict: Forwardable): Name | undefined {
    const { zones, keyring } = this.service
    const [zone, ...more] = questions
    if (zone?.type !== RrType.SOA || zone.class !== RrClass.IN || more.length > 0) return undefined
    if (verdict.kind === 'invalid' && keyring.get(verdict.keyName) !== undefined) return undefined
    const found = zones.get(zone.name)
    return found?.isSecondary === true && found.forward === true ? found.apex : undefined
  }

  private async forward(
    forwarding: Forwarding,
    exchange: Exchange,
    message: Message,
    verdict: Forwardable,
    apex: Name,
  ): Promise<void> {
    const { packet, source, reply, startedMilliseconds } = exchange
    const { clock, counters, log } = this.service
    const outcome = await forwarding.forward(packet, apex, source)
    const isKnown = verdict.kind === 'valid'
    reply(
      outcome.kind === 'answered'
        ? outcome.answer
        : this.failure(source, message, isKnown ? verdict.signer : undefined),
    )
    counters.add(`answers ${source.transport} ${rcodeName(forwardedRcode(outcome))}`)
    const fields = {
      principal: isKnown
        ? `key:${verdict.key.text}`
        : `unproven key:${nameToText(verdict.keyName)}`,
      source: sourceText(source),
      transport: source.transport,
      zone: nameToText(apex),
      rcode: rcodeName(forwardedRcode(outcome)),
      primary: outcome.kind === 'answered' ? outcome.by : undefined,
      reason: outcome.kind === 'failed' ? outcome.why : undefined,
      milliseconds: Math.round((clock.monotonicMilliseconds() - startedMilliseconds) * 1000) / 1000,
    }
    const known = isKnown ? log : this.strangersLog
    if (outcome.kind === 'failed') known.warn(fields, 'update not forwarded')
    else known.info(fields, 'update forwarded')
  }

  /** When no primary answers; signed where the key is ours, too. */
  private failure(source: Source, message: Message, signer: AnswerSigner | undefined): Uint8Array {
    const { udpSize } = this.service.settings
    const limit = answerLimit(source.transport, message.edns, udpSize)
    const response = new Response(message, { limit, udpSize, options: [], signer })
    return response.finish(Rcode.SERVFAIL)
  }
}
