/**
 * Sources whose logins fail too often: held back for a minute, and twice as long each time that they go
 * on, up to a quarter of an hour. Who has a secret of ours is let in all the same. Nothing is on disk.
 */
import type { Clock } from '../base/clock.ts'
import { Allowances } from './allowances.ts'
import { sourceOf, sourceText } from './source.ts'

export interface LoginBlock {
  /** `192.0.2.1`, `2001:db8:1:2::/64` */
  readonly source: string
  /** Milliseconds since 1970. */
  readonly since: number
  readonly until: number
  /** How often in a row it was blocked. */
  readonly times: number
  /** Logins that failed meanwhile. */
  readonly refused: number
}

interface Block {
  readonly address: string
  readonly since: number
  readonly until: number
  readonly times: number
  refused: number
}

export type LoginVerdict =
  | { readonly kind: 'may-retry' }
  | {
      readonly kind: 'blocked'
      readonly milliseconds: number
      /** Whether it was not before. */
      readonly isNew: boolean
    }

const MINUTE = 60_000
const LONGEST = 15 * MINUTE
/** After so long without a failure the next block is a first one. */
const FORGOTTEN = 60 * MINUTE
const MOST_BLOCKS = 65_536

export class LoginBlocks {
  private readonly clock: Clock
  private readonly byMinute: Allowances
  private readonly byHour: Allowances
  private readonly most: number
  private readonly blocks = new Map<string, Block>()

  constructor(clock: Clock, most = MOST_BLOCKS) {
    this.clock = clock
    this.most = most
    this.byMinute = new Allowances(clock, { burst: 10, perMinute: 10 })
    this.byHour = new Allowances(clock, { burst: 100, perMinute: 100 / 60 })
  }

  /** Counts a login that failed. */
  failed(address: string): LoginVerdict {
    const source = sourceOf(address)
    const now = this.clock.nowMilliseconds()
    const block = this.blocks.get(source)
    if (block !== undefined && now < block.until) {
      block.refused++
      return { kind: 'blocked', milliseconds: block.until - now, isNew: false }
    }
    const isBack = block !== undefined && now < block.until + FORGOTTEN
    const wait = Math.max(this.byMinute.take(source), this.byHour.take(source))
    if (!isBack && wait === 0) return { kind: 'may-retry' }
    const times = isBack ? block.times + 1 : 1
    const milliseconds = Math.min(LONGEST, MINUTE * 2 ** (times - 1))
    this.keep(source, { address, since: now, until: now + milliseconds, times, refused: 1 })
    return { kind: 'blocked', milliseconds, isNew: true }
  }

  /** Those that are held back now, the longest first. */
  list(): LoginBlock[] {
    const now = this.clock.nowMilliseconds()
    return [...this.blocks.values()]
      .filter(({ until }) => now < until)
      .sort((a, b) => b.until - a.until)
      .map(({ address, ...block }) => ({ source: sourceText(address), ...block }))
  }

  /** @returns whether there was a block to take away */
  clear(address: string): boolean {
    const source = sourceOf(address)
    this.byMinute.forget(source)
    this.byHour.forget(source)
    return this.blocks.delete(source)
  }

  private keep(source: string, block: Block): void {
    // Last in the order of insertion.
    this.blocks.delete(source)
    this.blocks.set(source, block)
    if (this.blocks.size > this.most) {
      // There is one.
      const oldest = this.blocks.keys().next().value as string
      this.blocks.delete(oldest)
    }
  }
}
