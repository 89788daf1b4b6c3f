/** NOTIFY: the configuration's servers, the store's changes and a socket, plugged together. */
import { lookup } from 'node:dns/promises'
import { networkInterfaces } from 'node:os'
import { Keyring } from '../access/keyring.ts'
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../base/counters.ts'
import type { Log } from '../base/log.ts'
import { Scheduler } from '../base/scheduler.ts'
import type { Config } from '../config/load.ts'
import type { TransferEvent } from '../server/transfer-event.ts'
import { NameServers } from '../transfer/name-servers.ts'
import { Notifier, type NotifiedZone } from '../transfer/notifier.ts'
import type { Endpoint } from '../transport/transport.ts'
import { UdpClient } from '../transport/udp-client.ts'
import { ZoneSet } from '../zone/zone-set.ts'
import { foldedName, type Name } from '../wire/name.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'

export interface NotifyParts {
  readonly store: ZoneStore
  readonly clock: Clock
  readonly log: Log
  readonly counters: Counters
}

/** What a configuration says of whom to tell. */
export interface NotifySettings {
  readonly config: {
    readonly listen: Config['listen']
    readonly zones: readonly Pick<Config['zones'][number], 'name' | 'notify' | 'notifyNs'>[]
  }
  readonly keyring: Keyring
  readonly zones: ZoneSet<{ readonly apex: Name; readonly view: ZoneView | undefined }>
}

const NOTHING: NotifySettings = {
  config: { zones: [], listen: [] },
  keyring: new Keyring(),
  zones: new ZoneSet(),
}

export class Notify {
  readonly notifier: Notifier
  private readonly scheduler: Scheduler
  private readonly questions = new UdpClient()
  private readonly stopObserving: () => void
  /** Of no zone at first. */
  private settings: NotifySettings = NOTHING
  /** What is written of each zone, by its apex. */
  private written: ReadonlyMap<string, NotifySettings['config']['zones'][number]> = new Map()

  constructor({ store, clock, log, counters }: NotifyParts) {
    this.scheduler = new Scheduler(clock)
    const { scheduler, questions } = this
    const enclosing = (name: Name): ZoneView | undefined =>
      this.settings.zones.enclosing(name)?.view
    const nameServers = new NameServers(addressesOf, enclosing, () => clock.monotonicMilliseconds())
    const isOurs = (address: string, port: number): boolean =>
      isAnyOf(this.settings.config.listen)(address, port)
    const context = { scheduler, questions, clock, log, counters, nameServers, isOurs }
    this.notifier = new Notifier(context)
    this.stopObserving = store.observe(this.notifier)
  }

  /** From now on; servers that are new are told of their zones: whoever hears it will ask. */
  configure(settings: NotifySettings): void {
    this.settings = settings
    this.written = new Map(settings.config.zones.map((zone) => [foldedName(zone.name), zone]))
    const notified = settings.config.zones.flatMap(({ name }) => {
      const view = settings.zones.get(name)?.view
      return view === undefined ? [] : this.toldOf(view)
    })
    this.notifier.configure(notified)
  }

  /** A zone that comes from elsewhere can be handed on now; it may be the first time. */
  serves(view: ZoneView): void {
    if (this.notifier.watch(view.apex) !== undefined) return
    for (const zone of this.toldOf(view)) this.notifier.add(zone)
  }

  /** With whom to tell; none when the zone is not in the configuration, or not yet. */
  private toldOf(view: ZoneView): NotifiedZone[] {
    const { keyring } = this.settings
    const zone = this.written.get(foldedName(view.apex))
    if (zone === undefined) return []
    const peers = zone.notify.map(({ address, port, key }) => {
      return { address, port, key: key && keyring.get(key) }
    })
    return [{ view, peers, withNameServers: zone.notifyNs }]
  }

  /** For the server to say what each client has. */
  readonly onTransfer = (event: TransferEvent): void => {
    const { apex, source, principal } = event
    const key = principal.kind === 'key' ? principal.key.text : undefined
    this.notifier.fetched(apex, source.address, key, event)
  }

  stop(): void {
    this.stopObserving()
    this.notifier.stop()
    this.scheduler.stop()
    this.questions.close()
  }
}

/** As the system finds them: by its files and its resolver. */
export const addressesOf = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address)

/** Whether we listen there: at that address, or at all that this machine has. */
export const isAnyOf =
  (endpoints: readonly Endpoint[]) =>
  (address: string, port: number): boolean => {
    const isAtPort = endpoints.filter((one) => one.port === port)
    if (isAtPort.some((one) => one.address === address)) return true
    const wildcard = address.includes(':') ? '::' : '0.0.0.0'
    return isAtPort.some((one) => one.address === wildcard) && isOfThisMachine(address)
  }

const isOfThisMachine = (address: string): boolean =>
  Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address))
