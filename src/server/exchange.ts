/** A packet and the way back to whoever sent it. The transports fit this; it knows none of them. */

export interface Source {
  readonly address: string
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}

/** Sends one message; a request may be answered by several. */
export type Reply = (message: Uint8Array) => void

/** A packet as it lies in the memory of whoever received it, and room for its answer. */
export interface QuickRequest {
  readonly octets: Uint8Array
  readonly start: number
  readonly end: number
  /** Of the client. */
  readonly address: string
  readonly transport: Source['transport']
  readonly answer: Uint8Array
  /** Where in `answer` the answer is to begin, and how many octets it may have. */
  readonly at: number
  readonly room: number
}

/** What an answer of many messages needs besides; a datagram has no such answer. */
export interface Flow {
  /** Resolves when there is room for more; with false when there is nobody to send to any more. */
  drained(): Promise<boolean>
  /** Ends the connection, for the rest of an answer will not come. */
  cut(): void
}

export interface Exchange {
  readonly packet: Uint8Array
  readonly source: Source
  readonly reply: Reply
  readonly flow: Flow | undefined
  /** `Clock.monotonicMilliseconds` when the packet was taken up. */
  readonly startedMilliseconds: number
}

/** As it stands in logs and in the journal. */
export const sourceText = ({ address, port }: Source): string => `${address}#${port}`
