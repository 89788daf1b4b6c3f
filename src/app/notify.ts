/** NOTIFY: the configuration's servers, the store's changes and a socket, plugged together. */
import type { Keyring } from '../access/keyring.ts'
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../base/counters.ts'
import type { Log } from '../base/log.ts'
import { Scheduler } from '../base/scheduler.ts'
import type { Config } from '../config/load.ts'
import type { TransferEvent } from '../server/transfer-event.ts'
import { Notifier } from '../transfer/notifier.ts'
import { UdpClient } from '../transport/udp-client.ts'
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

export class Notify {
  private readonly parts: NotifyParts
  private readonly scheduler: Scheduler
  private readonly questions = new UdpClient()
  private readonly notifier: Notifier
  private stopObserving: () => void = () => undefined

  constructor(parts: NotifyParts) {
    this.parts = parts
    const { clock, log, counters } = parts
    this.scheduler = new Scheduler(clock)
    const { scheduler, questions } = this
    this.notifier = new Notifier({ scheduler, questions, clock, log, counters })
  }

  /** Tells all servers of all zones that we are there: whoever hears it will ask. */
  start(): void {
    const { config, zones, keyring, store } = this.parts
    this.stopObserving = store.observe(this.notifier)
    const notified = config.zones.flatMap(({ name, notify }) => {
      const view = zones.get(name)?.view
      if (view === undefined) return []
      const peers = notify.map(({ address, port, key }) => {
        return { address, port, key: key && keyring.get(key) }
      })
      return [{ view, peers }]
    })
    this.notifier.configure(notified)
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
