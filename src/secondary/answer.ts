/** One message of a primary's answer: taken apart, its signature checked. */
import type { AnswerVerifier } from '../access/tsig-client.ts'
import { asBuffer } from '../base/bytes.ts'
import { Rcode, rcodeName } from '../wire/codes.ts'
import { OptionCode } from '../wire/edns.ts'
import { readHeader } from '../wire/header.ts'
import { parseMessage, type Message } from '../wire/message.ts'

/**
 * @param verifier where the answer has to be signed
 * @returns the message, or why it is not to be believed
 */
export const readAnswer = (
  packet: Uint8Array,
  verifier: AnswerVerifier | undefined,
  nowSeconds: number,
): Message | string => {
  const header = readHeader(packet)
  if (header === undefined) return 'a message is too short'
  const parsed = parseMessage(packet, header)
  if (!parsed.ok) return `a message is malformed: ${parsed.why}`
  const { message } = parsed
  const verdict = verifier?.verify(message, nowSeconds)
  if (verdict === undefined || verdict.kind === 'valid' || verdict.kind === 'provisional') {
    return message
  }
  const rcode = rcodeOf(message)
  // What an unsigned answer says may be anybody's word, and yet it is what helps to find the cause.
  return rcode === Rcode.NOERROR ? verdict.why : `${verdict.why}; the answer is ${rcodeName(rcode)}`
}

/** The four bits of the header. */
export const rcodeOf = ({ header }: Message): Rcode =>
  // Whatever number it is: it is compared, or shown.
  (header.flags & 0xf) as Rcode

/** RFC 7314 §2: for how many seconds the primary holds the zone good; undefined when it does not say. */
export const expireSecondsIn = ({ edns }: Message): number | undefined => {
  const option = edns?.options.find(({ code }) => code === OptionCode.EXPIRE)
  return option?.data.length === 4 ? asBuffer(option.data).readUInt32BE() : undefined
}
