/** The two messages of NOTIFY, as its sender has them (RFC 1996 §3). */
import type { TsigKey } from '../access/keyring.ts'
import { tsigLength } from '../access/tsig-rr.ts'
import { Opcode, RrClass, RrType } from '../wire/codes.ts'
import { PLAIN_UDP_SIZE } from '../wire/edns.ts'
import { Flag, isResponse, opcodeOf, readHeader } from '../wire/header.ts'
import { parseMessage, type Message } from '../wire/message.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import { MessageWriter } from '../wire/writer.ts'
import type { Soa } from '../zone/soa.ts'

/**
 * Not signed yet.
 * @param key that will sign it: room for its TSIG RR is left
 */
export const writeNotify = (
  id: number,
  apex: Name,
  soa: Soa,
  key: TsigKey | undefined,
): Uint8Array => {
  const writer = new MessageWriter(PLAIN_UDP_SIZE)
  // §4.5: AA is set.
  writer.header(id, (Opcode.NOTIFY << 11) | Flag.AA)
  writer.question(apex, RrType.SOA, RrClass.IN)
  if (key !== undefined) {
    writer.reserve(tsigLength(key.name, key.algorithm.name, key.macLength, 0))
  }
  // §3.7: a hint, which can be left out where names are so long that it does not fit.
  writer.rrset('answer', apex, RrType.SOA, RrClass.IN, soa.ttl, [soa.rdata])
  return writer.finish()
}

/**
 * The message, if it answers a NOTIFY of that zone (§3.6, §4.7). Whoever asks has looked at where it
 * comes from and at its ID. Some servers answer with the header alone.
 */
export const readNotifyAnswer = (packet: Uint8Array, apex: Name): Message | undefined => {
  const header = readHeader(packet)
  if (header === undefined || !isResponse(header) || opcodeOf(header) !== Opcode.NOTIFY) {
    return undefined
  }
  const parsed = parseMessage(packet, header)
  if (!parsed.ok) return undefined
  const { message } = parsed
  return message.questions.every(({ name }) => nameEquals(name, apex)) ? message : undefined
}
