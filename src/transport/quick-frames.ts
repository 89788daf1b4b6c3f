/**
 * Quick answers to messages on one connection, each with its length before it, one behind the other: they
 * are written where all connections have theirs written, and copied once for all that came together.
 */
import { PREFIX } from './framing.ts'
import type { FilledRequest, Quick } from './transport.ts'

/** Octets of one answer; longer ones take the long way. */
const MOST_OCTETS = 4096

const MEMORY = Buffer.alloc(0x1_0000)

export class QuickFrames {
  private used = 0
  private readonly request: FilledRequest = {
    octets: MEMORY,
    start: 0,
    end: 0,
    address: '',
    transport: 'tcp',
    answer: MEMORY,
    at: 0,
    room: MOST_OCTETS,
  }

  /** Whether there is room for the next answer; otherwise those that are here are to be taken. */
  get hasRoom(): boolean {
    return this.used + PREFIX + MOST_OCTETS <= MEMORY.length
  }

  /** @returns what `quick` gives, but with the length before an answer counted too */
  answer(quick: Quick, octets: Buffer, start: number, end: number, address: string): number {
    const { request, used } = this
    request.octets = octets
    request.start = start
    request.end = end
    request.address = address
    request.at = used + PREFIX
    const length = quick(request)
    if (length <= 0) return length
    MEMORY.writeUInt16BE(length, used)
    this.used += PREFIX + length
    return PREFIX + length
  }

  /** The answers so far, undefined if there is none; here they are gone. */
  take(): Buffer | undefined {
    if (this.used === 0) return undefined
    const answers = Buffer.from(MEMORY.subarray(0, this.used))
    this.used = 0
    return answers
  }
}
