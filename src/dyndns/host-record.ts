/** What one host's clients did lately: the numbers from which its state follows. */
import type { Attempt } from './attempts.ts'
import type { Addresses } from './engine.ts'
import type { Fault } from './fault.ts'
import { LastHour } from './last-hour.ts'
import type { Family } from './wishes.ts'

/** A request, as it is remembered of its host. */
export interface Seen {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly address: string
  readonly agent: string
  /** Undefined where it was before the last start. */
  readonly outcome: 'good' | 'nochg' | Fault | undefined
}

export interface HostFailure extends Seen {
  readonly outcome: Fault
  readonly why: string | undefined
}

interface Change {
  readonly time: number
  readonly family: Family
  readonly addresses: string
}

export interface Flapping {
  readonly changes: number
  readonly addresses: readonly string[]
}

const HOUR = 3_600_000
/** Changes of the last hour that are remembered. */
const MOST_CHANGES = 100
/** More of them in an hour, among so few addresses, are two that take turns. */
const MANY_CHANGES = 6
const FEW_ADDRESSES = 3
/** Between two requests that are one: for each family, for example. */
const SAME_MILLISECONDS = 60_000
/** From so many gaps on one can tell what is usual; more are not remembered. */
const LEAST_GAPS = 3
const MOST_GAPS = 8

export class HostRecord {
  /** Whose request was the last. */
  identity = ''
  lastSeen: Seen | undefined
  lastGood: Seen | undefined
  lastFailure: HostFailure | undefined
  /** Since the last request that was taken. */
  failures = 0
  readonly repeats = new LastHour()
  /** Logins that failed elsewhere while the host was updated. */
  readonly strangers = new LastHour()
  private changes: Change[] = []
  private gaps: number[] = []
  private counted = -Infinity

  /** A request that was taken. */
  succeeded(attempt: Attempt, kind: 'good' | 'nochg', before: Addresses, after: Addresses): void {
    const { time } = attempt
    this.noteGap(time)
    this.lastGood = this.saw(attempt, kind)
    this.failures = 0
    if (kind === 'nochg') this.repeats.add(time)
    for (const family of [4, 6] as const) {
      const addresses = after[family].join(' ')
      if (addresses === before[family].join(' ')) continue
      this.changes.push({ time, family, addresses })
      if (this.changes.length > MOST_CHANGES) this.changes.shift()
    }
  }

  failed(attempt: Attempt, fault: Fault, why: string | undefined): void {
    this.failures++
    const { time, address, agent } = attempt
    this.lastFailure = { time, address, agent, outcome: fault, why }
  }

  /** A request of somebody with a secret of ours. */
  saw({ time, address, agent }: Attempt, outcome: Exclude<Seen['outcome'], undefined>): Seen {
    this.lastSeen = { time, address, agent, outcome }
    return this.lastSeen
  }

  changesOf(now: number): readonly Change[] {
    this.changes = this.changes.filter(({ time }) => time > now - HOUR)
    return this.changes
  }

  /** Undefined while nothing looks like two that take turns. */
  flapping(now: number): Flapping | undefined {
    for (const family of [4, 6] as const) {
      const own = this.changesOf(now).filter((change) => change.family === family)
      const addresses = [...new Set(own.map((change) => change.addresses))]
      if (own.length > MANY_CHANGES && addresses.length <= FEW_ADDRESSES) {
        return { changes: own.length, addresses }
      }
    }
    return undefined
  }

  /** Milliseconds between two requests, as a rule; undefined while that cannot be told. */
  get usualGap(): number | undefined {
    if (this.gaps.length < LEAST_GAPS) return undefined
    const sorted = [...this.gaps].sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)]
  }

  private noteGap(time: number): void {
    const gap = time - this.counted
    if (gap < SAME_MILLISECONDS) return
    if (gap < Infinity) this.gaps = [...this.gaps, gap].slice(-MOST_GAPS)
    this.counted = time
  }
}
