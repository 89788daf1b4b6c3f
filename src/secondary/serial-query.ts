/** Asking a primary for the serial of a zone: a SOA query over UDP, over TCP when that is cut short. */
import type { Clock } from '../base/clock.ts'
import { NetworkError } from '../base/network-error.ts'
import { Rcode, rcodeName, RrType } from '../wire/codes.ts'
import { Flag, isResponse, readHeader } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import { rdataAt } from '../wire/rdata.ts'
import type { Serial } from '../zone/serial.ts'
import { soaSerial } from '../zone/soa.ts'
import { expireSecondsIn, rcodeOf, readAnswer } from './answer.ts'
import type { Network } from './network.ts'
import { askSoa, type Asked, type Primary } from './primary.ts'

export type SerialAnswer =
  | {
      readonly kind: 'serial'
      readonly serial: Serial
      /** RFC 7314; undefined when the primary does not say. */
      readonly expireSeconds: number | undefined
    }
  | { readonly kind: 'failed'; readonly why: string }

const failed = (why: string): SerialAnswer => ({ kind: 'failed', why })

/** Datagrams get lost: so many are sent. */
const TRIES = 3
const TRY_MILLISECONDS = 2000

/** @throws NetworkError, or what the system says, when TCP is needed and does not work */
export const querySerial = async (
  network: Network,
  primary: Primary,
  apex: Name,
  clock: Clock,
): Promise<SerialAnswer> => {
  let reason = ''
  for (let tries = 0; tries < TRIES; tries++) {
    const asked = askSoa(primary, apex, clock.nowSeconds())
    let message: Message | undefined
    // What is not signed as it should be may be another's: one waits on for the right one.
    const isAnswer = (packet: Uint8Array): boolean => {
      const header = readHeader(packet)
      if (header === undefined || header.id !== asked.id || !isResponse(header)) return false
      const read = readAnswer(packet, asked.verifier, clock.nowSeconds())
      if (typeof read === 'string') reason = read
      else message = read
      return message !== undefined
    }
    try {
      await network.ask(primary, asked.packet, isAnswer, TRY_MILLISECONDS)
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error
      reason ||= error.message
    }
    if (message === undefined) continue
    const isCut = (message.header.flags & Flag.TC) !== 0
    return isCut ? overTcp(network, primary, apex, clock) : serialIn(message, asked)
  }
  return failed(reason)
}

const overTcp = async (
  network: Network,
  primary: Primary,
  apex: Name,
  clock: Clock,
): Promise<SerialAnswer> => {
  const asked = askSoa(primary, apex, clock.nowSeconds())
  const conversation = network.connect(primary)
  try {
    conversation.send(asked.packet)
    const message = readAnswer(await conversation.next(), asked.verifier, clock.nowSeconds())
    return typeof message === 'string' ? failed(message) : serialIn(message, asked)
  } finally {
    conversation.close()
  }
}

const serialIn = (message: Message, { id, apex }: Asked): SerialAnswer => {
  const { header, packet, answers } = message
  if (header.id !== id || !isResponse(header))
    return failed('a message is no answer to the request')
  const rcode = rcodeOf(message)
  if (rcode !== Rcode.NOERROR) return failed(`the primary answers ${rcodeName(rcode)}`)
  // A cache's word says nothing of what the primary has now.
  if ((header.flags & Flag.AA) === 0) return failed('the primary is not authoritative for the zone')
  const soa = answers.find(({ type, owner }) => type === RrType.SOA && nameEquals(owner, apex))
  const rdata = soa && rdataAt(packet, soa.type, soa.rdataOffset, soa.rdataLength)
  if (rdata === undefined) return failed('the answer has no SOA of the zone')
  return { kind: 'serial', serial: soaSerial(rdata), expireSeconds: expireSecondsIn(message) }
}
