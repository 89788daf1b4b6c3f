/** Whether a transfer is to be had, before anything of it is made. */
import { keyNameOf, principalText, type Principal } from '../access/principal.ts'
import type { Requester } from '../access/requester.ts'
import { transferRightOf } from '../access/transfer-right.ts'
import { UpdateRights } from '../access/zone-policy.ts'
import { Rcode, RrClass, RrType } from '../wire/codes.ts'
import { ExtendedErrorCode, type ExtendedError } from '../wire/edns.ts'
import type { Message } from '../wire/message.ts'
import type { Question } from '../wire/record.ts'
import { isSerialAfter, type Serial } from '../zone/serial.ts'
import { serialAmong, serialOfApex } from '../zone/soa.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { Source } from './exchange.ts'
import type { AnsweringZone, ServedZone } from './service.ts'

export type Judgement =
  | {
      readonly kind: 'refused'
      readonly rcode: Rcode
      readonly error?: ExtendedError
      readonly why: string
    }
  | {
      readonly kind: 'granted'
      readonly zone: AnsweringZone
      /** That the client says it has, when it asks for what has changed since. */
      readonly serialBefore: Serial | undefined
    }
  /** It says that it has our version, or a later one (RFC 1995 §2). */
  | { readonly kind: 'current'; readonly zone: AnsweringZone; readonly serialBefore: Serial }

export type Refused = Extract<Judgement, { kind: 'refused' }>
export type Accepted = Exclude<Judgement, Refused>

/** The one question of a message, when it is for a transfer. */
export const transferQuestionOf = ({ questions }: Message): Question | undefined => {
  const [question, ...more] = questions
  if (question === undefined || more.length > 0) return undefined
  return question.type === RrType.AXFR || question.type === RrType.IXFR ? question : undefined
}

export const judgeTransfer = (
  zones: ZoneSet<ServedZone>,
  message: Message,
  question: Question,
  principal: Principal,
  source: Source,
): Judgement => {
  const { name, type } = question
  // RFC 5936 §4.2: an answer of one message cannot hold a zone. BIND answers FORMERR too.
  if (type === RrType.AXFR && source.transport === 'udp') {
    return { kind: 'refused', rcode: Rcode.FORMERR, why: 'AXFR is over TCP only' }
  }
  const zone = question.class === RrClass.IN ? zones.get(name) : undefined
  // What a stranger is told is the RCODE.
  const explained = principal.kind === 'key'
  if (zone === undefined) {
    const error = { code: ExtendedErrorCode.NOT_AUTHORITATIVE, text: '' }
    const why = 'no such zone here'
    return { kind: 'refused', rcode: Rcode.NOTAUTH, why, ...(explained && { error }) }
  }
  const { address, transport } = source
  const requester = { key: keyNameOf(principal), address, transport }
  const right = transferRightOf(zone.policy, requester)
  if (right === 'none' || (right === 'list' && type === RrType.IXFR)) {
    const why = right === 'list' ? LISTS_ONLY : whyNot(zone, principal, requester)
    const error = { code: ExtendedErrorCode.PROHIBITED, text: '' }
    return { kind: 'refused', rcode: Rcode.REFUSED, why, ...(explained && { error }) }
  }
  const { view } = zone
  // RFC 1034 §4.3.5: what has expired is not handed on.
  if (view === undefined) {
    const error = { code: ExtendedErrorCode.INVALID_DATA, text: '' }
    const why = 'the zone has not been transferred to here, or has expired'
    return { kind: 'refused', rcode: Rcode.SERVFAIL, why, ...(explained && { error }) }
  }
  const answering = { ...zone, view }
  if (type === RrType.AXFR) return { kind: 'granted', zone: answering, serialBefore: undefined }
  // RFC 1995 §3: the authority section has the SOA of the client's version.
  const serialBefore = serialAmong(message.packet, message.authorities, name)
  if (serialBefore === undefined || serialBefore === 'malformed') {
    return { kind: 'refused', rcode: Rcode.FORMERR, why: 'an IXFR without the SOA of the client' }
  }
  const serial = serialOfApex(view.get(view.apexKey))
  const isCurrent = serial === serialBefore || isSerialAfter(serialBefore, serial)
  return { kind: isCurrent ? 'current' : 'granted', zone: answering, serialBefore }
}

const LISTS_ONLY = 'the right "list" is for AXFR, and IXFR needs "transfer"'

/** What the operator is to do about it, if the client shall have the zone. */
const whyNot = ({ policy }: ServedZone, principal: Principal, requester: Requester): string => {
  if (principal.kind !== 'key') return 'neither a rule nor "transfer" of the zone has the address'
  const advice = `put "${principalText(principal)}" into "transfer" of the zone`
  return new UpdateRights(policy, requester).any
    ? `the key may update but not transfer: ${advice}, which external-dns, dnscontrol and octodns need`
    : `neither a rule nor "transfer" of the zone has the key or the address: ${advice}`
}
