/** What UDP and TCP have in common: a packet goes to a handler, which replies as often as it likes. */

import type { Counters } from '../base/counters.ts'

export interface Peer {
  readonly address: string
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}

/** Sends one message to whoever asked. */
export type Reply = (message: Uint8Array) => void

/** What an answer of many messages needs besides `Reply`. */
export interface Flow {
  /**
   * Resolves when the client has read enough for more to be sent; with false when there is nobody to
   * send to any more, or will not be.
   */
  drained(): Promise<boolean>
  /** Ends the connection: the rest of the answer will not come. */
  cut(): void
}

/**
 * Takes one packet. It must not throw. When it has replied as often as it will, it returns or its
 * promise resolves: without a reply, the packet was dropped.
 * @param flow undefined where an answer is one message, as over UDP
 */
export type Handler = (
  packet: Uint8Array,
  peer: Peer,
  reply: Reply,
  flow: Flow | undefined,
) => void | Promise<void>

export interface Endpoint {
  /** An IPv4 or IPv6 address, without brackets. */
  readonly address: string
  /** 0 lets the system choose. */
  readonly port: number
}

/** A packet where it lies, and room for its answer: nothing is made of them. */
export interface QuickRequest {
  readonly octets: Uint8Array
  readonly start: number
  readonly end: number
  /** Of the client. */
  readonly address: string
  readonly transport: 'udp' | 'tcp'
  readonly answer: Uint8Array
  /** Where in `answer` the answer is to begin, and how many octets it may have. */
  readonly at: number
  readonly room: number
}

/** The same, filled again and again by whoever asks. */
export type FilledRequest = { -readonly [K in keyof QuickRequest]: QuickRequest[K] }

/**
 * Answers what can be answered at once. It must not throw, nor keep the request.
 * @returns octets of the answer; 0 where the packet is for the handler, -1 where it has no answer
 */
export type Quick = (request: QuickRequest) => number

/** What a listener does besides listening. */
export interface ListenOptions {
  /** Whether a peer speaks for clients, by the PROXY protocol before what they sent. */
  readonly isProxy: (address: string) => boolean
  readonly counters: Counters
  /** Is asked before the handler, but not of datagrams that a proxy sent. */
  readonly quick?: Quick
}

export interface Listener {
  readonly endpoint: Endpoint
  /** Takes no more packets; resolves when what was taken has been answered. */
  close(): Promise<void>
}

export const endpointText = ({ address, port }: Endpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
