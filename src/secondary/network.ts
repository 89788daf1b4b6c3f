/** What this room needs of sockets; `app` gives it. */

/** Where a primary listens. */
export interface PrimaryEndpoint {
  readonly address: string
  readonly port: number
}

export interface Conversation {
  send(message: Uint8Array): void
  /** @throws NetworkError, or what the system says, when no message comes */
  next(): Promise<Uint8Array>
  close(): void
}

export interface Network {
  /**
   * Sends a datagram and gives the first one from there that is an answer.
   * @throws NetworkError when none comes in time
   */
  ask(
    to: PrimaryEndpoint,
    message: Uint8Array,
    isAnswer: (packet: Uint8Array) => boolean,
    milliseconds: number,
  ): Promise<Uint8Array>
  /** Over TCP. What goes wrong is thrown by `next`. */
  connect(to: PrimaryEndpoint): Conversation
}
