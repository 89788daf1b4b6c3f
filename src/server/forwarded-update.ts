/** What carries an UPDATE to a zone's primary, and what came of it: the seam to `secondary`. */
import { Rcode } from '../wire/codes.ts'
import { readHeader } from '../wire/header.ts'
import type { Name } from '../wire/name.ts'
import type { Source } from './exchange.ts'

export interface Forwarding {
  forward(packet: Uint8Array, apex: Name, client: Source): Promise<ForwardedUpdate>
}

export type ForwardedUpdate =
  | {
      readonly kind: 'answered'
      /** With the client's ID. */
      readonly answer: Uint8Array
      /** `192.0.2.1#53` */
      readonly by: string
    }
  | { readonly kind: 'failed'; readonly why: string }

/** The RCODE of what the primary answered; SERVFAIL when it did not. */
export const forwardedRcode = (outcome: ForwardedUpdate): Rcode => {
  const header = outcome.kind === 'answered' ? readHeader(outcome.answer) : undefined
  // Four bits: one of them, or shown as a number.
  return header === undefined ? Rcode.SERVFAIL : ((header.flags & 0xf) as Rcode)
}
