/** Quick answers where each goes out in octets of its own. */
import type { FilledRequest, ListenOptions, Peer, Reply } from './transport.ts'

/** An answer over UDP has no more, whatever the configuration. */
const MOST_OCTETS = 4096

const scratch = Buffer.alloc(MOST_OCTETS)

const request: FilledRequest = {
  octets: scratch,
  start: 0,
  end: 0,
  address: '',
  transport: 'udp',
  answer: scratch,
  at: 0,
  room: MOST_OCTETS,
}

/** Whether the packet is done with: answered, or to be left without an answer. */
export const isAnsweredQuickly = (
  packet: Buffer,
  { address, transport }: Peer,
  reply: Reply,
  { quick, isProxy }: ListenOptions,
): boolean => {
  if (quick === undefined || isProxy(address)) return false
  request.octets = packet
  request.end = packet.length
  request.address = address
  request.transport = transport
  const length = quick(request)
  if (length > 0) reply(Buffer.from(scratch.subarray(0, length)))
  return length !== 0
}
