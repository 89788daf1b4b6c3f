/** Waiting until every server that is told of a zone answers with a version of it. */
import { Appointment } from '../base/scheduler.ts'
import type { Name } from '../wire/name.ts'
import type { Serial } from '../zone/serial.ts'
import type { NotifyContext, NotifyPeer } from './notify-target.ts'
import { isReached, type Secondary, type SecondaryTable } from './secondaries.ts'
import { SerialProbe } from './serial-probe.ts'

/** What is asked, and of whom. */
export interface Watched {
  readonly apex: Name
  readonly table: SecondaryTable
  /** Who is told of the zone now. */
  targets(): readonly WatchedTarget[]
}

export interface WatchedTarget {
  readonly secondary: Secondary
  readonly peer: NotifyPeer
}

export class SerialWait {
  /** Resolves with those that are missing: none, or those of the moment when time is up. */
  readonly done: Promise<readonly Secondary[]>
  private readonly context: NotifyContext
  private readonly watched: Watched
  private readonly serial: Serial
  private readonly probes = new Map<Secondary, SerialProbe>()
  private readonly timeout = new Appointment(() => {
    this.end()
  })
  private readonly stopListening: () => void
  /** Set while the promise is made. */
  private finish!: (missing: readonly Secondary[]) => void

  /** @param milliseconds for which it waits */
  constructor(context: NotifyContext, watched: Watched, serial: Serial, milliseconds: number) {
    this.context = context
    this.watched = watched
    this.serial = serial
    this.done = new Promise((resolve) => {
      this.finish = resolve
    })
    this.stopListening = watched.table.listen(() => {
      this.look()
    })
    const { scheduler, clock } = context
    scheduler.at(this.timeout, clock.monotonicMilliseconds() + milliseconds)
    this.look()
  }

  /** Whoever waited has gone, or has waited long enough. */
  end(): void {
    this.stopListening()
    this.context.scheduler.cancel(this.timeout)
    for (const probe of this.probes.values()) probe.stop()
    this.probes.clear()
    this.finish(this.missing().map(({ secondary }) => secondary))
  }

  private missing(): readonly WatchedTarget[] {
    return this.watched.targets().filter(({ secondary }) => !isReached(secondary, this.serial))
  }

  /** Asks those that are missing, and nobody else. */
  private look(): void {
    const missing = this.missing()
    if (missing.length === 0) {
      this.end()
      return
    }
    for (const [secondary, probe] of this.probes) {
      if (missing.some((one) => one.secondary === secondary)) continue
      probe.stop()
      this.probes.delete(secondary)
    }
    for (const target of missing) {
      if (!this.probes.has(target.secondary)) this.ask(target)
    }
  }

  private ask({ secondary, peer }: WatchedTarget): void {
    const { apex, table } = this.watched
    const probe = new SerialProbe(this.context, peer, apex, (serial) => {
      table.asked(secondary, serial, this.context.clock.nowMilliseconds())
    })
    this.probes.set(secondary, probe)
    probe.start()
  }
}
