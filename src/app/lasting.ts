/** What outlives every configuration, and who hears of what first. */
import { KeyUses } from '../access/key-uses.ts'
import { Passwords } from '../access/passwords.ts'
import { Tokens } from '../access/tokens.ts'
import { UpdateRates } from '../access/update-rates.ts'
import { Users } from '../access/users.ts'
import { Alerts } from '../alerts/alerts.ts'
import { Episodes } from '../alerts/episodes.ts'
import { systemClock } from '../base/clock.ts'
import { Counters } from '../base/counters.ts'
import type { Log } from '../base/log.ts'
import { addressSetOf } from '../config/networks.ts'
import { Attempts } from '../dyndns/attempts.ts'
import { HostStates } from '../dyndns/host-states.ts'
import { Throttles } from '../dyndns/throttles.ts'
import { Rejections } from '../server/rejections.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { Usage } from '../update/usage.ts'
import { ZoneChanges } from '../zone/zone-changes.ts'
import type { Lasting } from './generation.ts'
import { Notify } from './notify.ts'

/**
 * @param folder of the store
 * @throws StoreError
 */
export const openLasting = (folder: string, log: Log): Lasting => {
  const store = LmdbStore.open(folder, systemClock)
  const counters = new Counters()
  const notify = new Notify({ store, clock: systemClock, log, counters })
  const tokens = new Tokens(store, systemClock, log, addressSetOf)
  const hostStates = new HostStates(systemClock, tokens)
  const episodes = new Episodes(systemClock, hostStates, store, log)
  const lasting = {
    store,
    clock: systemClock,
    log,
    counters,
    notify,
    onTransfer: notify.onTransfer,
    keyUses: new KeyUses(store, systemClock, log),
    rejections: new Rejections(systemClock),
    tokens,
    users: new Users(store, systemClock, new Passwords()),
    hostStates,
    alerts: new Alerts(episodes, systemClock, log),
    throttles: new Throttles(systemClock),
    changes: new ZoneChanges(),
    attempts: new Attempts(systemClock),
    usage: new Usage(),
    rates: new UpdateRates(systemClock),
  }
  // First: were another to fail over a change, no answer may be given that it made untrue.
  store.observe(lasting.changes)
  store.observe(lasting.usage)
  lasting.attempts.subscribe(hostStates.take)
  lasting.attempts.subscribe(episodes.take)
  return lasting
}
