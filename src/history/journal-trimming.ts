/**
 * Keeps journals within their bounds: once a minute, in small steps with pauses between them, and
 * after the changes that wait.
 */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import { StoreError, type ZoneStore } from '../zone/zone.ts'

/** Of one zone. */
export interface JournalLimits {
  readonly apex: Name
  readonly keepSeconds: number
  readonly octets: number
}

export interface Pacing {
  /** Resolves in a later turn of the event loop, when what has arrived was taken. */
  turn(): Promise<void>
  /** Resolves when the disk and the processor have had time for others. */
  pause(): Promise<void>
}

const ROUND_MILLISECONDS = 60_000
const PAUSE_MILLISECONDS = 5

/**
 * For so many turns a step lets changes go first. A server that is never idle must not have a journal
 * without a bound.
 */
const MOST_TURNS = 100

const systemPacing: Pacing = {
  turn: () => new Promise((resolve) => setImmediate(resolve)),
  pause: () =>
    new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MILLISECONDS).unref()
    }),
}

export class JournalTrimming {
  private readonly store: ZoneStore
  private readonly limits: () => Iterable<JournalLimits>
  private readonly clock: Clock
  private readonly log: Log
  private readonly pacing: Pacing
  private timer: NodeJS.Timeout | undefined
  private isRunning = false
  private isStopped = false

  /** @param limits asked at the beginning of each round */
  constructor(
    store: ZoneStore,
    limits: () => Iterable<JournalLimits>,
    clock: Clock,
    log: Log,
    pacing = systemPacing,
  ) {
    this.store = store
    this.limits = limits
    this.clock = clock
    this.log = log
    this.pacing = pacing
  }

  start(everyMilliseconds = ROUND_MILLISECONDS): void {
    this.timer = setInterval(() => {
      void this.round()
    }, everyMilliseconds)
    this.timer.unref()
  }

  /** No step is made after this. */
  stop(): void {
    clearInterval(this.timer)
    this.isStopped = true
  }

  /** Brings each journal within its bound; does nothing while an earlier round is under way. */
  async round(): Promise<void> {
    if (this.isRunning) return
    this.isRunning = true
    try {
      for (const limits of this.limits()) await this.trim(limits)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      // The next round tries again.
      this.log.error({ err: error }, 'journals could not be trimmed')
    } finally {
      this.isRunning = false
    }
  }

  private async trim({ apex, keepSeconds, octets }: JournalLimits): Promise<void> {
    const sinceMilliseconds = this.clock.nowMilliseconds() - keepSeconds * 1000
    let isMore = true
    let steps = 0
    while (isMore) {
      await this.turnOfOurs()
      // The store may be closed by now.
      if (this.isStopped) return
      // Asked anew each time: it may have been replaced meanwhile.
      const zone = this.store.zone(apex)
      if (zone === undefined) return
      isMore = this.store.trimJournal(zone, { sinceMilliseconds, octets })
      if (isMore) await this.pacing.pause()
      steps++
    }
    if (steps > 1) this.log.info({ zone: nameToText(apex), steps }, 'journal counted and trimmed')
  }

  private async turnOfOurs(): Promise<void> {
    await this.pacing.turn()
    for (let left = MOST_TURNS; left > 0 && this.store.isBusy; left--) await this.pacing.turn()
  }
}
