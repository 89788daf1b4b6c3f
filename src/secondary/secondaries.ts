/** All secondary zones: who is to ask next, and so many at once. */
import { Appointment, Scheduler, type Alarm } from '../base/scheduler.ts'
import { foldedName, nameEquals, type Name } from '../wire/name.ts'
import type { Serial } from '../zone/serial.ts'
import type { Primary } from './primary.ts'
import { SecondaryZone, type SecondaryContext } from './secondary-zone.ts'
import { Slots } from './slots.ts'

/** Zones that are refreshed at once; most of that time is waiting. */
const MOST_REFRESHES = 200
/** Transfers in at once: each has the disk, and memory for its differences. */
const MOST_TRANSFERS = 10

interface Kept {
  readonly zone: SecondaryZone
  readonly refresh: Appointment
  readonly expiry: Appointment
}

export class Secondaries {
  private readonly context: SecondaryContext
  private readonly scheduler: Scheduler
  private readonly zones = new Map<string, Kept>()
  /** Due, and waiting for others to end. */
  private readonly waiting = new Set<Kept>()
  private readonly underWay = new Set<Promise<void>>()
  private isStopped = false

  constructor(context: Omit<SecondaryContext, 'transfers'>, alarm?: Alarm) {
    this.context = { ...context, transfers: new Slots(MOST_TRANSFERS) }
    this.scheduler = new Scheduler(context.clock, alarm)
  }

  /** Begins to serve the zone, from what the store has if that is good; `start` has it refreshed. */
  add(apex: Name, primaries: readonly Primary[]): void {
    const zone = new SecondaryZone(this.context, apex, primaries)
    const kept: Kept = {
      zone,
      refresh: new Appointment(() => {
        this.begin(kept)
      }),
      expiry: new Appointment(() => {
        zone.expireIfDue()
        this.arrange(kept)
      }),
    }
    this.zones.set(foldedName(apex), kept)
  }

  get(apex: Name): SecondaryZone | undefined {
    return this.zones.get(foldedName(apex))?.zone
  }

  /** Asks about every zone, and from then on as their SOAs say. */
  start(): void {
    for (const kept of this.zones.values()) this.arrange(kept)
    this.scheduler.runDue()
  }

  /** There is news of the zone: it is refreshed at once. @param favourite who is asked first */
  hurry(apex: Name, favourite: Primary | undefined): void {
    const kept = this.zones.get(foldedName(apex))
    if (kept === undefined) return
    kept.zone.hurry(favourite)
    this.arrange(kept)
  }

  /**
   * RFC 1996 §3.10: who is a primary of the zone, by its address or by its key, is listened to.
   * @param key the name of the one that was proved
   * @param serial that the zone is said to have
   */
  notified(
    apex: Name,
    address: string,
    key: Name | undefined,
    serial: Serial | undefined,
  ): 'taken' | 'refused' | undefined {
    const zone = this.get(apex)
    if (zone === undefined || zone.isPromoted) return undefined
    const primary = zone.primaries.find(
      (one) =>
        one.address === address ||
        (key !== undefined && one.key !== undefined && nameEquals(one.key.name, key)),
    )
    if (primary === undefined) return 'refused'
    if (zone.isNews(serial)) this.hurry(apex, primary)
    return 'taken'
  }

  /** @returns why it cannot be promoted */
  promote(zone: SecondaryZone): string | undefined {
    return this.change(zone, zone.promote())
  }

  /** @returns why it cannot be demoted */
  demote(zone: SecondaryZone): string | undefined {
    return this.change(zone, zone.demote())
  }

  private change({ apex }: SecondaryZone, problem: string | undefined): string | undefined {
    const kept = this.zones.get(foldedName(apex))
    if (kept !== undefined) this.arrange(kept)
    return problem
  }

  /** Sees to it that what is due later is done then. */
  private arrange(kept: Kept): void {
    const { zone, refresh, expiry } = kept
    this.scheduler.cancel(refresh)
    this.scheduler.cancel(expiry)
    if (this.isStopped || zone.isPromoted) return
    if (!zone.isRefreshing) this.scheduler.at(refresh, zone.dueMilliseconds)
    const { remainingMilliseconds } = zone
    if (remainingMilliseconds === 0) return
    const now = this.context.clock.monotonicMilliseconds()
    this.scheduler.at(expiry, now + remainingMilliseconds)
  }

  private begin(kept: Kept): void {
    if (this.underWay.size >= MOST_REFRESHES) {
      this.waiting.add(kept)
      return
    }
    const done = kept.zone.refresh().then(() => {
      this.underWay.delete(done)
      this.arrange(kept)
      this.goOn()
    })
    this.underWay.add(done)
  }

  private goOn(): void {
    for (const next of this.waiting) {
      this.waiting.delete(next)
      if (next.zone.isPromoted) continue
      this.arrange(next)
      return
    }
  }

  /** Resolves when nothing is under way any more; whoever has the sockets closes them meanwhile. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.scheduler.stop()
    for (const { zone } of this.zones.values()) zone.stop()
    await Promise.all(this.underWay)
  }
}
