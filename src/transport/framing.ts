/** The two-octet length before each message on TCP (RFC 1035 §4.2.2). */

export const PREFIX = 2

/** Puts messages together from a stream, whatever pieces it comes in. */
export class Deframer {
  private prefix = Buffer.alloc(PREFIX)
  private prefixFilled = 0
  private message: Buffer | undefined
  private filled = 0

  /** Whether a message has begun and not ended. */
  get isWithinMessage(): boolean {
    return this.prefixFilled > 0
  }

  /** Takes the next piece; gives the messages that it completes. */
  *push(piece: Buffer): Generator<Buffer> {
    for (let at = 0; at < piece.length;) {
      const taken = this.take(piece, at)
      at = taken.end
      if (taken.message !== undefined) yield taken.message
    }
  }

  /** Takes what is in the octets from there on, up to the end of a message. */
  take(octets: Buffer, from: number): Taken {
    let end = from
    while (end < octets.length) {
      if (this.message === undefined) {
        this.prefix.writeUInt8(octets.readUInt8(end++), this.prefixFilled++)
        if (this.prefixFilled < PREFIX) continue
        this.message = Buffer.allocUnsafe(this.prefix.readUInt16BE(0))
        this.filled = 0
      }
      const copied = octets.copy(this.message, this.filled, end)
      end += copied
      this.filled += copied
      if (this.filled === this.message.length) {
        const { message } = this
        this.message = undefined
        this.prefixFilled = 0
        return { end, message }
      }
    }
    return { end, message: undefined }
  }
}

export interface Taken {
  /** Where the rest of the octets begins. */
  readonly end: number
  /** If it is whole. */
  readonly message: Buffer | undefined
}

/** Where the message ends that begins there, length and all; undefined when it is not whole. */
export const endOfMessage = (octets: Buffer, from: number): number | undefined => {
  if (octets.length - from < PREFIX) return undefined
  const end = from + PREFIX + octets.readUInt16BE(from)
  return end > octets.length ? undefined : end
}

export const frame = (message: Uint8Array): Buffer => {
  const framed = Buffer.allocUnsafe(PREFIX + message.length)
  framed.writeUInt16BE(message.length)
  framed.set(message, PREFIX)
  return framed
}
