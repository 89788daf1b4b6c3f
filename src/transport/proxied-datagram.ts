/** A datagram as its client sent it, also where a proxy passed it on. */
import { readProxyHeader } from './proxy-protocol.ts'
import type { ListenOptions, Peer } from './transport.ts'

export interface Unwrapped {
  readonly packet: Buffer
  readonly peer: Peer
}

/** The client's own octets and address, where a proxy sent them; undefined for a bad header. */
export const unwrap = (
  packet: Buffer,
  peer: Peer,
  options: ListenOptions,
): Unwrapped | undefined => {
  if (!options.isProxy(peer.address)) return { packet, peer }
  const header = readProxyHeader(packet)
  if (header.kind !== 'header') {
    options.counters.add('proxy headers bad')
    return undefined
  }
  return { packet: packet.subarray(header.length), peer: { ...peer, ...header.client } }
}
