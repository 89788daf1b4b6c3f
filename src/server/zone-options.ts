/** What a client's EDNS options learn of the zone that answers: its version, and how long it is good. */
import { zoneFor } from '../query/answer.ts'
import { RrClass, RrType } from '../wire/codes.ts'
import { OptionCode, type Edns, type EdnsOption } from '../wire/edns.ts'
import type { Message } from '../wire/message.ts'
import { labelCount, nameEquals } from '../wire/name.ts'
import type { Question } from '../wire/record.ts'
import { soaExpire, soaOf, soaSerial } from '../zone/soa.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { AnswerFrame } from './response.ts'
import type { AskedZone } from './service.ts'

/** RFC 9660 §3: the version is the serial. */
const SOA_SERIAL = 0

/** Whether there is anything to tell, so that it costs the others nothing. */
export const asksOfZone = (edns: Edns | undefined): edns is Edns =>
  edns !== undefined &&
  edns.options.some(({ code }) => code === OptionCode.EXPIRE || code === OptionCode.ZONEVERSION)

/**
 * @param soa RDATA of the SOA in the version that answers
 * @returns an answer to each option that there is one to
 */
export const zoneOptions = (
  { options: asked }: Edns,
  question: Question,
  { apex, expiresInSeconds }: Pick<AskedZone, 'apex' | 'expiresInSeconds'>,
  soa: Uint8Array,
): EdnsOption[] => {
  const has = (wanted: number): boolean => asked.some(({ code }) => code === wanted)
  const options: EdnsOption[] = []
  if (has(OptionCode.EXPIRE) && isOfSecondary(question, apex)) {
    const seconds = expiresInSeconds?.() ?? soaExpire(soa)
    options.push({ code: OptionCode.EXPIRE, data: u32(seconds) })
  }
  if (has(OptionCode.ZONEVERSION)) {
    const head = Uint8Array.of(labelCount(apex), SOA_SERIAL)
    const data = Buffer.concat([head, u32(soaSerial(soa))])
    options.push({ code: OptionCode.ZONEVERSION, data })
  }
  return options
}

/** The frame of an answer to a question about data, with what the client asks of the zone. */
export const frameOfZone = (
  zones: ZoneSet<AskedZone>,
  { questions, edns }: Message,
  frame: AnswerFrame,
): AnswerFrame => {
  const [question] = questions
  if (question?.class !== RrClass.IN || !asksOfZone(edns)) return frame
  const zone = zoneFor(zones, question.name, question.type)
  if (zone?.view === undefined) return frame
  const { rdata } = soaOf(zone.view.get(zone.view.apexKey))
  return { ...frame, options: [...frame.options, ...zoneOptions(edns, question, zone, rdata)] }
}

/** RFC 7314 §3: the questions that a secondary asks. */
const isOfSecondary = ({ name, type }: Question, apex: AskedZone['apex']): boolean =>
  (type === RrType.SOA || type === RrType.AXFR || type === RrType.IXFR) && nameEquals(name, apex)

const u32 = (value: number): Uint8Array => {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}
