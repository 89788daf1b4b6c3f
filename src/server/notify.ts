/** NOTIFY as its receiver has it (RFC 1996 §3.9 to §4.8): somebody says that a zone has changed. */
import { principalText, type Principal } from '../access/principal.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import { Rcode, RrClass, RrType } from '../wire/codes.ts'
import { Flag } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import { serialAmong } from '../zone/soa.ts'
import { sourceText, type Source } from './exchange.ts'
import type { Notice } from './notice.ts'
import type { Service } from './service.ts'

export interface NotifyAnswer {
  readonly rcode: Rcode
  /** As in the header. */
  readonly flags: number
}

/** @param log that strangers can fill only so fast */
export const answerNotify = (
  { zones, onNotify }: Pick<Service, 'zones' | 'onNotify'>,
  message: Message,
  principal: Principal,
  source: Source,
  log: Log,
): NotifyAnswer => {
  const [question, ...more] = message.questions
  // §3.7: QTYPE is SOA; BIND and Knot answer others so as well.
  if (question?.type !== RrType.SOA || more.length > 0) return answer(Rcode.FORMERR)
  const zone = question.class === RrClass.IN ? zones.get(question.name) : undefined
  if (zone === undefined) return answer(Rcode.NOTAUTH)
  // §3.7: the SOA that may go along.
  const serial = serialAmong(message.packet, message.answers, zone.apex)
  if (serial === 'malformed') return answer(Rcode.FORMERR)
  const notice = { apex: zone.apex, source, principal, serial }
  switch (onNotify?.(notice)) {
    case 'taken':
      return answer(Rcode.NOERROR)
    case 'refused':
      // §3.10: who is no primary of the zone is not listened to.
      tell(log, notice, 'NOTIFY refused: it comes from none of the primaries')
      return answer(Rcode.REFUSED)
    case undefined:
      tell(log, notice, 'NOTIFY for a zone that is our own: nothing to fetch')
      return answer(Rcode.NOERROR)
  }
}

/** BIND sets AA where it listens. */
const answer = (rcode: Rcode): NotifyAnswer => ({
  rcode,
  flags: rcode === Rcode.NOERROR ? Flag.AA : 0,
})

const tell = (log: Log, { apex, source, principal, serial }: Notice, message: string): void => {
  const fields = {
    zone: nameToText(apex),
    principal: principalText(principal),
    source: sourceText(source),
    serial,
  }
  log.info(fields, message)
}
