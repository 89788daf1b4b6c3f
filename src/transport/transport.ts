/** What UDP and TCP have in common: a packet goes to a handler, which replies as often as it likes. */

import type { Counters } from '../base/counters.ts'

export interface Peer {
  readonly address: string
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}

/** Sends one message to whoever asked. */
export type Reply = (message: Uint8Array) => void

/**
 * Takes one packet. It must not throw. When it has replied as often as it will, it returns or its
 * promise resolves: without a reply, the packet was dropped.
 */
export type Handler = (packet: Uint8Array, peer: Peer, reply: Reply) => void | Promise<void>

export interface Endpoint {
  /** An IPv4 or IPv6 address, without brackets. */
  readonly address: string
  /** 0 lets the system choose. */
  readonly port: number
}

/** What a listener does besides listening. */
export interface ListenOptions {
  /** Whether a peer speaks for clients, by the PROXY protocol before what they sent. */
  readonly isProxy: (address: string) => boolean
  readonly counters: Counters
}

export interface Listener {
  readonly endpoint: Endpoint
  /** Takes no more packets; resolves when what was taken has been answered. */
  close(): Promise<void>
}

export const endpointText = ({ address, port }: Endpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
