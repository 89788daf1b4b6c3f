/** A zone in the store, read as it is at one moment, whether the server runs or not. */
import { systemClock } from '../base/clock.ts'
import type { Config } from '../config/load.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { nameToText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'
import { OperatorError } from './operator-error.ts'

/**
 * Opens the store for reading as long as `read` takes. Within one turn of the event loop all reads see
 * the same version.
 * @throws OperatorError when the store has no such zone
 */
export const readingZone = async <T>(
  config: Config,
  apex: Name,
  read: (store: ZoneStore, view: ZoneView) => T | Promise<T>,
): Promise<T> => {
  const store = LmdbStore.openForReading(config.data, systemClock)
  try {
    return await read(store, zoneIn(store, apex))
  } finally {
    await store.close()
  }
}

/** @throws OperatorError when the store has no such zone */
export const zoneIn = (store: ZoneStore, apex: Name): ZoneView => {
  const view = store.zone(apex)
  if (view !== undefined) return view
  const known = store.apexes().map(nameToText).join(', ')
  throw new OperatorError(`the store has no ${nameToText(apex)}; it has: ${known || 'none'}`)
}
