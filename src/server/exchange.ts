/** A packet and the way back to whoever sent it. The transports fit this; it knows none of them. */

export interface Source {
  readonly address: string
  readonly port: number
  readonly transport: 'udp' | 'tcp'
}

/** Sends one message; a request may be answered by several. */
export type Reply = (message: Uint8Array) => void

export interface Exchange {
  readonly packet: Uint8Array
  readonly source: Source
  readonly reply: Reply
  /** `Clock.monotonicMilliseconds` when the packet was taken up. */
  readonly startedMilliseconds: number
}

/** As it stands in logs and in the journal. */
export const sourceText = ({ address, port }: Source): string => `${address}#${port}`
