/** NOTIFY for all zones: who is told of each, and that they are told after each change. */
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import type { Serial } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { CommitObserver, ZoneView } from '../zone/zone.ts'
import { Lanes } from './lanes.ts'
import { NotifyTarget, type NotifyContext, type NotifyPeer } from './notify-target.ts'
import { SerialWait, type WatchedTarget } from './serial-wait.ts'
import { SecondaryTable, type Fetched, type Secondary } from './secondaries.ts'

export interface NotifiedZone {
  readonly view: ZoneView
  readonly peers: readonly NotifyPeer[]
}

/** Milliseconds between the zones of a start: five hundred a second are told that we are there. */
const START_SPACING = 2

/** A zone that others have, and what is known of them. */
export interface WatchedZone {
  readonly table: SecondaryTable
  /** That the zone has now. */
  serial(): Serial
  /** Waits until every server that is told of the zone answers with that version. */
  wait(serial: Serial, milliseconds: number): SerialWait
}

interface Target {
  readonly target: NotifyTarget
  readonly secondary: Secondary
}

interface Zone {
  view: ZoneView
  readonly table: SecondaryTable
  targets: readonly Target[]
}

export interface NotifierContext extends NotifyContext {
  readonly log: Log
}

export class Notifier implements CommitObserver {
  private readonly context: NotifierContext
  private readonly lanes = new Lanes()
  private readonly zones = new Map<NameKey, Zone>()

  constructor(context: NotifierContext) {
    this.context = context
  }

  /** These zones and no others, from now on; what is new among servers and zones is told. */
  configure(zones: readonly NotifiedZone[]): void {
    const keys = new Set(zones.map(({ view }) => view.apexKey))
    const gone = [...this.zones].filter(([key]) => !keys.has(key))
    stopAll(gone.flatMap(([, { targets }]) => targets))
    for (const [key] of gone) this.zones.delete(key)
    for (const [index, zone] of zones.entries()) this.add(zone, index * START_SPACING)
  }

  /**
   * This zone too, or other servers of it.
   * @param delay milliseconds until they are told
   */
  add({ view, peers }: NotifiedZone, delay = 0): void {
    const known = this.zones.get(view.apexKey)
    const zone = known ?? { view, table: new SecondaryTable(), targets: [] }
    zone.view = view
    this.zones.set(view.apexKey, zone)
    this.setPeers(zone, peers, delay)
  }

  knows(apex: Name): boolean {
    return this.zones.has(nameKeyOf(apex))
  }

  stop(): void {
    this.configure([])
  }

  /** Who has what of that zone; undefined when it is not one of ours. */
  watch(apex: Name): WatchedZone | undefined {
    const zone = this.zones.get(nameKeyOf(apex))
    if (zone === undefined) return undefined
    const { table } = zone
    const targets = (): WatchedTarget[] =>
      zone.targets.map(({ secondary, target }) => ({ secondary, peer: target.peer }))
    return {
      table,
      serial: () => serialOfApex(zone.view.get(zone.view.apexKey)),
      wait: (serial, milliseconds) =>
        new SerialWait(this.context, { apex, table, targets }, serial, milliseconds),
    }
  }

  committed({ apexKey }: ZoneView): void {
    const zone = this.zones.get(apexKey)
    if (zone !== undefined) tell(zone)
  }

  replaced(view: ZoneView): void {
    const zone = this.zones.get(view.apexKey)
    if (zone === undefined) return
    zone.view = view
    tell(zone)
  }

  /** Somebody was given the zone, or its SOA. @param key of whoever asked, in presentation format */
  fetched(apex: Name, address: string, key: string | undefined, fetched: Fetched): void {
    const now = this.context.clock.nowMilliseconds()
    this.zones.get(nameKeyOf(apex))?.table.fetched({ address, key }, fetched, now)
  }

  private setPeers(zone: Zone, peers: readonly NotifyPeer[], delay: number): void {
    const left = new Set(zone.targets)
    zone.targets = peers.map((peer) => {
      const known = [...left].find(({ target }) => isSame(target.peer, peer))
      if (known !== undefined) {
        left.delete(known)
        return known
      }
      const added = this.addTarget(zone, peer)
      added.target.changed(delay)
      return added
    })
    stopAll([...left])
    for (const { secondary } of left) {
      const isStillThere = zone.targets.some((other) => other.secondary === secondary)
      if (!isStillThere) zone.table.remove(secondary)
    }
  }

  private addTarget(zone: Zone, peer: NotifyPeer): Target {
    const { clock, log } = this.context
    const { address, port, key } = peer
    const secondary = zone.table.target(port, { address, key: key?.text })
    const fields = {
      zone: nameToText(zone.view.apex),
      target: `${address}#${port}`,
      key: key?.text,
    }
    const report: ConstructorParameters<typeof NotifyTarget>[4] = {
      notified: (serial) => {
        secondary.notified = { serial, at: clock.nowMilliseconds() }
      },
      acknowledged: (serial) => {
        const at = clock.nowMilliseconds()
        secondary.acknowledged = { serial, at }
        secondary.seen = at
        if (secondary.failure !== undefined) {
          log.info({ ...fields, serial }, 'secondary answers to NOTIFY again')
        }
        secondary.failure = undefined
        zone.table.tell()
      },
      gaveUp: (why) => {
        if (secondary.failure === undefined) {
          log.warn({ ...fields, reason: why }, NOT_TOLD)
        }
        secondary.failure = why
        zone.table.tell()
      },
    }
    const lane = this.lanes.for(address)
    const target = new NotifyTarget(this.context, peer, lane, () => zone.view, report)
    return { target, secondary }
  }
}

const NOT_TOLD =
  'secondary does not take NOTIFY, and is not told before the next change: see that it runs, and that it allows NOTIFY from here'

/** No place that one of them gives back is for another. */
const stopAll = (targets: readonly Target[]): void => {
  for (const { target } of targets) target.leaveLine()
  for (const { target } of targets) target.stop()
}

const tell = ({ targets }: Zone): void => {
  for (const { target } of targets) target.changed()
}

const isSame = (a: NotifyPeer, b: NotifyPeer): boolean =>
  a.address === b.address && a.port === b.port && a.key === b.key
