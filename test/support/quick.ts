/** A listener's quick way of a test's own: `quick …` is answered, `drop` has no answer, the rest is for the handler. */
import type { Quick } from '../../src/transport/transport.ts'

export const QUICK_ANSWER = 'at once'

/** @param asked gets what it was asked, with the client's address and the transport */
export const quickFor =
  (asked: string[] = []): Quick =>
  ({ octets, start, end, address, transport, answer, at, room }) => {
    const text = Buffer.from(octets.subarray(start, end)).toString()
    asked.push(`${text} ${address} ${transport}`)
    if (text === 'drop') return -1
    const words = Buffer.from(`${QUICK_ANSWER}: ${text}`)
    if (!text.startsWith('quick') || words.length > room) return 0
    answer.set(words, at)
    return words.length
  }
