/**
 * An IXFR over UDP: the changes where they fit into one message, and otherwise the SOA alone, which
 * tells the client to come back over TCP (RFC 1995 §2, §4).
 */
import { soaRecord } from '../transfer/axfr.ts'
import { changesSince, type Difference, type DifferenceLimits } from '../transfer/ixfr.ts'
import { Rcode, RrClass } from '../wire/codes.ts'
import { Flag } from '../wire/header.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { soaSerial } from '../zone/soa.ts'
import type { ZoneStore } from '../zone/zone.ts'
import type { QueryAnswer } from './query.ts'
import type { Response } from './response.ts'
import type { Sent } from './transfer-event.ts'
import type { Accepted } from './transfer-judgement.ts'

/** More than a datagram can hold is not worth reading. */
const DATAGRAM_LIMITS: DifferenceLimits = { records: 400, octets: 256 * 1024, read: 2_000 }

export interface DatagramTransfer extends Sent {
  readonly response: Response
  readonly answer: QueryAnswer
}

/** @param newResponse makes an answer with its question and nothing else */
export const answerDatagram = (
  store: ZoneStore,
  { kind, zone, serialBefore }: Accepted,
  newResponse: () => Response,
): DatagramTransfer => {
  const { view } = zone
  const soa = soaRecord(view)
  const serial = soaSerial(soa.rdata)
  const answer = { rcode: Rcode.NOERROR, flags: Flag.AA, account: `transfer ${view.apexKey}` }
  const changes =
    kind === 'granted' && serialBefore !== undefined
      ? atOnce(changesSince(store, view, serialBefore, DATAGRAM_LIMITS))
      : undefined
  if (changes !== undefined) {
    const response = newResponse()
    const records = [...changes.records()]
    if (records.every((record) => put(response, record))) {
      const sent = { form: 'changes', serial, outcome: 'sent', messages: 1 } as const
      return { response, answer, ...sent, records: records.length }
    }
  }
  const response = newResponse()
  const flags = put(response, soa) ? Flag.AA : Flag.AA | Flag.TC
  const outcome = kind === 'current' ? 'current' : 'told'
  const sent = { form: 'SOA', serial, outcome, messages: 1, records: 1 } as const
  return { response, answer: { ...answer, flags }, ...sent }
}

/** Without a turn for anything else: the limits are small. */
const atOnce = (steps: ReturnType<typeof changesSince>): Difference | undefined => {
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}

const put = ({ writer }: Response, { owner, type, ttl, rdata }: ZoneRecord): boolean =>
  writer.rrset('answer', owner, type, RrClass.IN, ttl, [rdata])
