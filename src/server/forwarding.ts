/**
 * UPDATEs of secondary zones go to the primary (RFC 2136 §6) as they came: whether a client may make
 * a change is decided there, by the client's own signature. So unsigned ones are never forwarded: by
 * its address the primary would take them for ours.
 */
import type { Keyring } from '../access/keyring.ts'
import type { TsigVerdict } from '../access/tsig.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import type { UpdateZone } from '../update/process.ts'
import { Opcode, Rcode, rcodeName, RrClass, RrType } from '../wire/codes.ts'
import { opcodeOf, readHeader } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { sourceText, type Source } from './exchange.ts'

/** What carries them there; `secondary` is one. */
export interface Forwarding {
  forward(packet: Uint8Array, apex: Name, client: Source): Promise<ForwardedUpdate>
}

export type ForwardedUpdate =
  | {
      readonly kind: 'answered'
      /** With the client's ID. */
      readonly answer: Uint8Array
      /** `192.0.2.1#53` */
      readonly by: string
    }
  | { readonly kind: 'failed'; readonly why: string }

/** An UPDATE that is to be forwarded. */
export interface ToForward {
  readonly apex: Name
  /** Of a key that we have and that holds, or of one that is the primary's to judge. */
  readonly verdict: Extract<TsigVerdict, { kind: 'valid' | 'invalid' }>
}

/**
 * RFC 8945 §5.5: what is signed with a key that we do not have is passed on unchanged, and a key that
 * we have is checked first: what does not hold here goes nowhere.
 * @returns undefined when the message is for us
 */
export const toForward = (
  { zones, keyring }: { readonly zones: ZoneSet<UpdateZone>; readonly keyring: Keyring },
  { header, questions }: Message,
  verdict: TsigVerdict,
): ToForward | undefined => {
  const [zone, ...more] = questions
  if (opcodeOf(header) !== Opcode.UPDATE || zone === undefined || more.length > 0) return undefined
  if (zone.type !== RrType.SOA || zone.class !== RrClass.IN) return undefined
  if (verdict.kind !== 'valid' && verdict.kind !== 'invalid') return undefined
  if (verdict.kind === 'invalid' && keyring.get(verdict.keyName) !== undefined) return undefined
  const found = zones.get(zone.name)
  return found?.isSecondary === true && found.forward === true
    ? { apex: found.apex, verdict }
    : undefined
}

export interface ForwardingEvent extends ToForward {
  readonly source: Source
  readonly outcome: ForwardedUpdate
  readonly milliseconds: number
}

/** The RCODE of what the primary answered; SERVFAIL when it did not. */
export const forwardedRcode = (outcome: ForwardedUpdate): Rcode => {
  const header = outcome.kind === 'answered' ? readHeader(outcome.answer) : undefined
  // Four bits: one of them, or shown as a number.
  return header === undefined ? Rcode.SERVFAIL : ((header.flags & 0xf) as Rcode)
}

export const logForwarded = (log: Log, event: ForwardingEvent): void => {
  const { verdict, source, apex, outcome, milliseconds } = event
  const fields = {
    principal: keyText(verdict),
    source: sourceText(source),
    transport: source.transport,
    zone: nameToText(apex),
    rcode: rcodeName(forwardedRcode(outcome)),
    primary: outcome.kind === 'answered' ? outcome.by : undefined,
    reason: outcome.kind === 'failed' ? outcome.why : undefined,
    milliseconds: Math.round(milliseconds * 1000) / 1000,
  }
  if (outcome.kind === 'failed') log.warn(fields, 'update not forwarded')
  else log.info(fields, 'update forwarded')
}

const keyText = (verdict: ToForward['verdict']): string =>
  verdict.kind === 'valid'
    ? `key:${verdict.key.text}`
    : `unproven key:${nameToText(verdict.keyName)}`
