/** NOTIFY for all zones: who is told of each, and that they are told after each change. */
import { Appointment } from '../base/scheduler.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import { RrType } from '../wire/codes.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import type { Serial } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { CommitObserver, JournalEntry, ZoneView } from '../zone/zone.ts'
import { Lanes } from './lanes.ts'
import { serversOf, type NameServers } from './name-servers.ts'
import { NotifyTarget, type NotifyContext, type NotifyPeer } from './notify-target.ts'
import { SerialWait, type WatchedTarget } from './serial-wait.ts'
import { SecondaryTable, type Fetched, type Secondary } from './secondaries.ts'

export interface NotifiedZone {
  readonly view: ZoneView
  readonly peers: readonly NotifyPeer[]
  /** Whether the servers of its NS records are told as well. */
  readonly withNameServers: boolean
}

/** Servers of one zone. */
const MOST_PEERS = 64

/** RFC 1035 §4.2 */
const DNS_PORT = 53

/** Milliseconds after which the servers of NS records are looked for again. */
const LOOK_AGAIN = 3_600_000

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
  /** What was configured. */
  peers: readonly NotifyPeer[]
  withNameServers: boolean
  /** Servers of the NS records, as they were found last. */
  found: readonly NotifyPeer[]
  readonly table: SecondaryTable
  targets: readonly Target[]
}

export interface NotifierContext extends NotifyContext {
  readonly log: Log
  readonly nameServers: NameServers
  /** Whether that is this server, which need not be told. */
  readonly isOurs: (address: string, port: number) => boolean
}

export class Notifier implements CommitObserver {
  private readonly context: NotifierContext
  private readonly lanes = new Lanes()
  private readonly zones = new Map<NameKey, Zone>()
  private readonly lookAgain = new Appointment(() => {
    for (const zone of this.zones.values()) this.look(zone)
    this.lookLater()
  })

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
    this.lookLater()
  }

  /**
   * This zone too, or other servers of it.
   * @param delay milliseconds until they are told
   */
  add(configured: NotifiedZone, delay = 0): void {
    const { apexKey } = configured.view
    const known = this.zones.get(apexKey)
    const zone = known ?? { ...configured, found: [], table: new SecondaryTable(), targets: [] }
    Object.assign(zone, configured)
    this.zones.set(apexKey, zone)
    this.setTargets(zone, delay)
    this.look(zone)
  }

  stop(): void {
    this.configure([])
    this.context.scheduler.cancel(this.lookAgain)
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

  committed({ apexKey }: ZoneView, entries: readonly JournalEntry[]): void {
    const zone = this.zones.get(apexKey)
    if (zone === undefined) return
    tell(zone)
    if (zone.withNameServers && touchesServers(zone.view, entries)) this.look(zone)
  }

  replaced(view: ZoneView): void {
    const zone = this.zones.get(view.apexKey)
    if (zone === undefined) return
    zone.view = view
    tell(zone)
    this.look(zone)
  }

  /** Somebody was given the zone, or its SOA. @param key of whoever asked, in presentation format */
  fetched(apex: Name, address: string, key: string | undefined, fetched: Fetched): void {
    const now = this.context.clock.nowMilliseconds()
    this.zones.get(nameKeyOf(apex))?.table.fetched({ address, key }, fetched, now)
  }

  private lookLater(): void {
    const { scheduler, clock } = this.context
    scheduler.at(this.lookAgain, clock.monotonicMilliseconds() + LOOK_AGAIN)
  }

  /** Finds the servers of the NS records anew, where they are to be told. */
  private look(zone: Zone): void {
    if (!zone.withNameServers) return
    const { nameServers, isOurs } = this.context
    void nameServers.addressesOf(zone.view).then((addresses) => {
      // Meanwhile it may have been configured otherwise, or not at all.
      if (this.zones.get(zone.view.apexKey) !== zone || !zone.withNameServers) return
      zone.found = addresses
        .filter((address) => !isOurs(address, DNS_PORT))
        .map((address) => ({ address, port: DNS_PORT, key: undefined }))
      this.setTargets(zone, 0)
    })
  }

  private setTargets(zone: Zone, delay: number): void {
    const left = new Set(zone.targets)
    zone.targets = peersOf(zone).map((peer) => {
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

/** Whether a NS record of the zone changed, or an address of one of its servers. */
const touchesServers = (view: ZoneView, entries: readonly JournalEntry[]): boolean => {
  const names = [view.apex, ...serversOf(view)]
  return entries.some(({ changeset }) =>
    [...changeset.removed, ...changeset.added].some(
      ({ owner, type }) => SERVER_TYPES.has(type) && names.some((name) => nameEquals(name, owner)),
    ),
  )
}

const SERVER_TYPES = new Set([RrType.NS, RrType.A, RrType.AAAA])

/** What was configured comes first: it may have a key. */
const peersOf = ({ peers, found, withNameServers }: Zone): readonly NotifyPeer[] => {
  if (!withNameServers) return peers
  const isKnown = (one: NotifyPeer): boolean =>
    peers.some(({ address, port }) => address === one.address && port === one.port)
  return [...peers, ...found.filter((one) => !isKnown(one))].slice(0, MOST_PEERS)
}

const isSame = (a: NotifyPeer, b: NotifyPeer): boolean =>
  a.address === b.address && a.port === b.port && a.key === b.key
