/**
 * Token buckets by id, in memory. There are only so many: the one that was not asked for the longest
 * time goes, so a stranger who comes from everywhere makes nothing grow.
 */
import type { Clock } from '../base/clock.ts'

export interface Allowance {
  /** That may come at once, after some quiet. */
  readonly burst: number
  readonly perMinute: number
}

interface Bucket {
  left: number
  /** Monotonic milliseconds, when `left` was worked out. */
  since: number
}

const MOST_BUCKETS = 65_536
const MINUTE = 60_000

export class Allowances {
  private readonly buckets = new Map<string, Bucket>()
  private readonly clock: Clock
  private readonly allowance: Allowance
  private readonly most: number

  constructor(clock: Clock, allowance: Allowance, most = MOST_BUCKETS) {
    this.clock = clock
    this.allowance = allowance
    this.most = most
  }

  /** Milliseconds until there is one for the id; 0 when there is. Takes none. */
  wait(id: string): number {
    const { left } = this.bucket(id)
    return left >= 1 ? 0 : Math.ceil(((1 - left) * MINUTE) / this.allowance.perMinute)
  }

  /** Takes one, if there is one; @returns as `wait` would have. */
  take(id: string): number {
    const wait = this.wait(id)
    if (wait === 0) this.bucket(id).left--
    return wait
  }

  /** As if it had never taken any. */
  forget(id: string): void {
    this.buckets.delete(id)
  }

  private bucket(id: string): Bucket {
    const now = this.clock.monotonicMilliseconds()
    const { burst, perMinute } = this.allowance
    const bucket = this.buckets.get(id) ?? { left: burst, since: now }
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.since) * perMinute) / MINUTE)
    bucket.since = now
    // Last in the order of insertion.
    this.buckets.delete(id)
    this.buckets.set(id, bucket)
    if (this.buckets.size > this.most) {
      // There is one.
      const oldest = this.buckets.keys().next().value as string
      this.buckets.delete(oldest)
    }
    return bucket
  }
}
