/** NOTIFY: the configuration's servers, the store's changes and a socket, plugged together. */
import type { Keyring } from '../access/keyring.ts'
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../base/counters.ts'
import type { Log } from '../base/log.ts'
import { Scheduler } from '../base/scheduler.ts'
import type { Config } from '../config/load.ts'
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

export interface RunningNotifier {
  readonly notifier: Notifier
  readonly stop: () => void
}

export const startNotifier = (parts: NotifyParts): RunningNotifier => {
  const { config, zones, keyring, store, clock, log, counters } = parts
  const scheduler = new Scheduler(clock)
  const questions = new UdpClient()
  const notifier = new Notifier({ scheduler, questions, clock, log, counters })
  const stopObserving = store.observe(notifier)
  notifier.configure(
    config.zones.flatMap(({ name, notify }) => {
      const view = zones.get(name)?.view
      if (view === undefined) return []
      const peers = notify.map(({ address, port, key }) => {
        return { address, port, key: key && keyring.get(key) }
      })
      return [{ view, peers }]
    }),
  )
  const stop = (): void => {
    stopObserving()
    notifier.stop()
    scheduler.stop()
    questions.close()
  }
  return { notifier, stop }
}
