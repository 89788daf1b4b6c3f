/** All secondary zones: who is to ask next, and so many at once. */
import type { Clock } from '../base/clock.ts'
import { foldedName, type Name } from '../wire/name.ts'
import type { Primary } from './primary.ts'
import { SecondaryZone, type SecondaryContext } from './secondary-zone.ts'
import { Slots } from './slots.ts'

/** Calls back once after so many milliseconds, unless the function that it gives is called before. */
export type After = (milliseconds: number, action: () => void) => () => void

/** Zones that are refreshed at once; most of that time is waiting. */
const MOST_REFRESHES = 200
/** Transfers in at once: each has the disk, and memory for its differences. */
const MOST_TRANSFERS = 10

/** As long as a timer of Node can be set for. */
const LONGEST_MILLISECONDS = 0x7fff_ffff

export class Secondaries {
  private readonly context: SecondaryContext
  private readonly after: After
  private readonly zones = new Map<string, SecondaryZone>()
  /** Due, and waiting for others to end. */
  private readonly waiting = new Set<SecondaryZone>()
  private readonly underWay = new Set<Promise<void>>()
  private cancelAlarm: () => void = () => undefined
  private alarmMilliseconds = Infinity
  private isStopped = false

  constructor(context: Omit<SecondaryContext, 'transfers'>, after: After) {
    this.context = { ...context, transfers: new Slots(MOST_TRANSFERS) }
    this.after = after
  }

  private get clock(): Clock {
    return this.context.clock
  }

  /** Begins to serve the zone; it is refreshed once `run` is called. */
  add(apex: Name, primaries: readonly Primary[]): SecondaryZone {
    const zone = new SecondaryZone(this.context, apex, primaries)
    this.zones.set(foldedName(apex), zone)
    return zone
  }

  get(apex: Name): SecondaryZone | undefined {
    return this.zones.get(foldedName(apex))
  }

  [Symbol.iterator](): IterableIterator<SecondaryZone> {
    return this.zones.values()
  }

  /** Does all that is due, and sees to it that what is due later will be done then. */
  run(): void {
    if (this.isStopped) return
    const now = this.clock.monotonicMilliseconds()
    this.cancelAlarm()
    this.alarmMilliseconds = Infinity
    for (const zone of this.zones.values()) {
      if (zone.isPromoted) continue
      zone.expireIfDue()
      if (!zone.isRefreshing) {
        if (zone.dueMilliseconds <= now) this.begin(zone)
        else this.wakeBy(zone.dueMilliseconds)
      }
      this.wakeToExpire(zone)
    }
  }

  /** There is news of the zone: it is refreshed at once. @param favourite who is asked first */
  hurry(apex: Name, favourite: Primary | undefined): void {
    const zone = this.get(apex)
    if (zone === undefined || zone.isPromoted || this.isStopped) return
    zone.hurry(favourite)
    if (!zone.isRefreshing) this.begin(zone)
  }

  private begin(zone: SecondaryZone): void {
    if (this.underWay.size >= MOST_REFRESHES) {
      this.waiting.add(zone)
      return
    }
    const done = zone.refresh().then(() => {
      this.underWay.delete(done)
      this.goOn(zone)
    })
    this.underWay.add(done)
  }

  private goOn(zone: SecondaryZone): void {
    if (this.isStopped) return
    for (const next of this.waiting) {
      this.waiting.delete(next)
      if (next.isPromoted) continue
      this.begin(next)
      break
    }
    if (zone.isPromoted) return
    this.wakeBy(zone.dueMilliseconds)
    this.wakeToExpire(zone)
  }

  private wakeToExpire({ remainingMilliseconds }: SecondaryZone): void {
    if (remainingMilliseconds === 0) return
    this.wakeBy(this.clock.monotonicMilliseconds() + remainingMilliseconds)
  }

  private wakeBy(milliseconds: number): void {
    if (milliseconds >= this.alarmMilliseconds) return
    this.cancelAlarm()
    this.alarmMilliseconds = milliseconds
    const wait = Math.max(milliseconds - this.clock.monotonicMilliseconds(), 0)
    this.cancelAlarm = this.after(Math.min(wait, LONGEST_MILLISECONDS), () => {
      this.run()
    })
  }

  /** Resolves when nothing is under way any more; whoever has the sockets closes them before. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.cancelAlarm()
    for (const zone of this.zones.values()) zone.stop()
    await Promise.all(this.underWay)
  }
}
