/** A way by which messages go out. */
import type { Message } from './alert.ts'

export interface Way {
  /** As it stands in the log and in the answer to a test. */
  readonly name: 'webhook' | 'smtp'
  /**
   * @returns in a few words what the other side said
   * @throws Error in words, when it did not take the message
   */
  send(message: Message): Promise<string>
}

/** Until the other side must have answered. */
export const WAY_MILLISECONDS = 15_000
