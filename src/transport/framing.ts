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
    let at = 0
    while (at < piece.length) {
      if (this.message === undefined) {
        this.prefix.writeUInt8(piece.readUInt8(at++), this.prefixFilled++)
        if (this.prefixFilled < PREFIX) continue
        this.message = Buffer.allocUnsafe(this.prefix.readUInt16BE(0))
        this.filled = 0
      }
      const taken = piece.copy(this.message, this.filled, at)
      at += taken
      this.filled += taken
      if (this.filled === this.message.length) {
        const whole = this.message
        this.message = undefined
        this.prefixFilled = 0
        yield whole
      }
    }
  }
}

/**
 * Shows `take` each message that is whole in the octets, where it lies.
 * @returns where the rest begins, which is no whole message
 */
export const takeWhole = (
  octets: Buffer,
  take: (octets: Buffer, start: number, end: number) => void,
): number => {
  let at = 0
  while (octets.length - at >= PREFIX) {
    const start = at + PREFIX
    const end = start + octets.readUInt16BE(at)
    if (end > octets.length) break
    take(octets, start, end)
    at = end
  }
  return at
}

export const frame = (message: Uint8Array): Buffer => {
  const framed = Buffer.allocUnsafe(PREFIX + message.length)
  framed.writeUInt16BE(message.length)
  framed.set(message, PREFIX)
  return framed
}
