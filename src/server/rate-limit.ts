/**
 * Response rate limiting: the same answer, over UDP, to the same network, only so often. It makes
 * livezone useless for amplification, and it leaves real clients a way: of the answers that are held
 * back, every `slip`th goes out empty with TC set, and over TCP there is no limit.
 *
 * The accounts live in a table of fixed size; two that fall on one place share it, which only ever
 * costs an account its credit, and a secret key keeps strangers from choosing who. Threads write to the
 * table without waiting for one another: of two answers in the same moment one may not be counted.
 */
import type { Clock } from '../base/clock.ts'
import { hashStep, newHashKey, type HashKey } from '../base/keyed-hash.ts'

export interface RateLimits {
  /** Equal answers a second for each client network; 0 for no limit at all. */
  readonly responsesPerSecond: number
  /** Of the answers held back, each such one goes out with TC; 0 for none. */
  readonly slip: number
  /** How many bits of an address are its network. */
  readonly ipv4PrefixLength: number
  readonly ipv6PrefixLength: number
}

/** What becomes of an answer. */
export type RateVerdict = 'send' | 'truncate' | 'drop'

/** Places in the table: 2^16, of 12 octets each. */
const PLACES = 0x1_0000

/** All accounts; threads that share it allow no more together than one would. */
export interface RateAccounts {
  readonly key: HashKey
  readonly memory: SharedArrayBuffer
}

export const rateAccounts = (): RateAccounts => ({
  key: newHashKey(),
  memory: new SharedArrayBuffer(PLACES * (8 + 4)),
})

/** Seconds of answers that an account can owe; it never saves up more than one second's. */
const WINDOW_SECONDS = 5

export class RateLimiter {
  private readonly limits: RateLimits
  private readonly clock: Clock
  private readonly key: HashKey
  /** Answers that an account has had of those that it may have; more when it had too many. */
  private readonly spent: Float32Array
  /** Milliseconds, when that was worked out. */
  private readonly since: Float64Array
  private heldBack = 0

  /** @param accounts that others have as well; nobody has had any answer when they are made */
  constructor(limits: RateLimits, clock: Clock, { key, memory } = rateAccounts()) {
    this.limits = limits
    this.clock = clock
    this.key = key
    this.since = new Float64Array(memory, 0, PLACES)
    this.spent = new Float32Array(memory, PLACES * 8, PLACES)
  }

  /**
   * @param network of the client (`networkOf`)
   * @param answer what makes two answers equal (`answerOf`)
   */
  account(network: number, answer: number): RateVerdict {
    const { responsesPerSecond, slip } = this.limits
    if (responsesPerSecond === 0) return 'send'
    const hash = hashStep(network, answer, this.key.multiplier)
    const place = (hash ^ (hash >>> 16)) & (PLACES - 1)
    const now = this.clock.monotonicMilliseconds()
    const earned = ((now - at(this.since, place)) / 1000) * responsesPerSecond
    const most = (WINDOW_SECONDS + 1) * responsesPerSecond
    const spent = Math.min(Math.max(at(this.spent, place) - earned, 0) + 1, most)
    this.since[place] = now
    this.spent[place] = spent
    if (spent <= responsesPerSecond) return 'send'
    this.heldBack++
    return slip > 0 && this.heldBack % slip === 0 ? 'truncate' : 'drop'
  }

  /** The same for all addresses of a network. @param address four or sixteen octets */
  networkOf(address: Uint8Array): number {
    const bits = address.length === 4 ? this.limits.ipv4PrefixLength : this.limits.ipv6PrefixLength
    let hash = this.key.start
    for (let index = 0; index * 8 < bits; index++) {
      const kept = Math.min(8, bits - index * 8)
      hash = hashStep(hash, at(address, index) & (0xff00 >> kept), this.key.multiplier)
    }
    return hash
  }

  /** @param answer what makes two answers equal: a name and type, or a zone and RCODE */
  answerOf(answer: string): number {
    let hash = this.key.start
    for (let index = 0; index < answer.length; index++) {
      hash = hashStep(hash, answer.charCodeAt(index), this.key.multiplier)
    }
    return hash
  }
}

/** The number at an index that is known to be inside. */
const at = (numbers: ArrayLike<number>, index: number): number => numbers[index] as number
