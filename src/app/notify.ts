/** NOTIFY: the configuration's servers, the store's changes and a socket, plugged together. */
import type { Keyring } from '../access/keyring.ts'
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../base/counters.ts'
import type { Log } from '../base/log.ts'
import { Scheduler } from '../base/scheduler.ts'
import type { Config } from '../config/load.ts'
import type { TransferEvent } from '../server/transfer-event.ts'
import { Notifier } from '../transfer/notifier.ts'
import type { NotifyPeer } from '../transfer/notify-target.ts'
import { UdpClient } from '../transport/udp-client.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'

export interface NotifyParts {
  readonly config: Config
  readonly zones: ZoneSet<{ readonly apex: Name; readonly view: ZoneView | undefined }>
  readonly keyring: Keyring
  readonly store: ZoneStore
  readonly clock: Clock
  readonly log: Log
  readonly counters: Counters
}

type ZonePeers = ReadonlyMap<NameKey, readonly NotifyPeer[]>

const peersOf = ({ zones }: Config, keyring: Keyring): ZonePeers =>
  new Map(
    zones.map(({ name, notify }) => [
      nameKeyOf(name),
      notify.map(({ address, port, key }) => ({ address, port, key: key && keyring.get(key) })),
    ]),
  )

export class Notify {
  private readonly parts: NotifyParts
  private readonly scheduler: Scheduler
  private readonly questions = new UdpClient()
  readonly notifier: Notifier
  private stopObserving: () => void = () => undefined
  private isStarted = false
  private readonly peers: ZonePeers

  constructor(parts: NotifyParts) {
    this.parts = parts
    this.peers = peersOf(parts.config, parts.keyring)
    const { clock, log, counters } = parts
    this.scheduler = new Scheduler(clock)
    const { scheduler, questions } = this
    this.notifier = new Notifier({ scheduler, questions, clock, log, counters })
  }

  /** Tells all servers of all zones that we are there: whoever hears it will ask. */
  start(): void {
    const { zones, store } = this.parts
    this.isStarted = true
    this.stopObserving = store.observe(this.notifier)
    const views = Array.from(zones, ({ view }) => view).filter((view) => view !== undefined)
    this.notifier.configure(views.map((view) => ({ view, peers: this.peersFor(view) })))
  }

  /** A zone that comes from elsewhere can be handed on now; it may be the first time. */
  serves(view: ZoneView): void {
    if (!this.isStarted || this.notifier.knows(view.apex)) return
    this.notifier.add({ view, peers: this.peersFor(view) })
  }

  private peersFor({ apexKey }: ZoneView): readonly NotifyPeer[] {
    // Every zone that is served is in the configuration.
    return this.peers.get(apexKey) as readonly NotifyPeer[]
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
