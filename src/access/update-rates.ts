/** How many UPDATEs each key may still send: a token bucket for every key that has a limit. */
import type { Clock } from '../base/clock.ts'
import type { UpdateRate } from './budget.ts'

interface Bucket {
  tokens: number
  /** Monotonic milliseconds, when the tokens were worked out. */
  since: number
}

const MINUTE = 60_000

export class UpdateRates {
  private readonly buckets = new Map<string, Bucket>()
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  /**
   * Takes one UPDATE from what the key has left.
   * @param id of the key; there are no more of them than keys with a limit in the configuration
   * @returns 0, or how many milliseconds it is until there is one
   */
  take(id: string, { perMinute, burst }: UpdateRate): number {
    const now = this.clock.monotonicMilliseconds()
    const bucket = this.buckets.get(id) ?? { tokens: burst, since: now }
    this.buckets.set(id, bucket)
    const earned = ((now - bucket.since) * perMinute) / MINUTE
    bucket.tokens = Math.min(bucket.tokens + earned, burst)
    bucket.since = now
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * MINUTE) / perMinute)
    bucket.tokens--
    return 0
  }
}
