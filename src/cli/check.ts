/** `livezone check` */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { alertWaysOf } from '../app/alert-ways.ts'
import { fleetsOf } from '../app/loaded.ts'
import { certificateOf } from '../app/web-listening.ts'
import { systemClock } from '../base/clock.ts'
import type { SystemError } from '../base/system-error.ts'
import { atSetting } from '../config/at-setting.ts'
import { loadCookieSecret } from '../config/cookie-secret.ts'
import { checkKeys } from '../config/keys-folder.ts'
import type { Config, ZoneConfig } from '../config/load.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { MemoryStore } from '../store/memory.ts'
import { hasOctets } from '../store/databases.ts'
import { loadZoneFile } from '../store/zone-file.ts'
import { StoreError } from '../zone/zone.ts'
import { configOf } from './configuration.ts'

/**
 * Reads everything that `serve` would read, zone files also where the store has the zone already.
 * Writes nothing but LMDB's lock file, where a store has none.
 * @throws InputError or what the system says, or an AggregateError of all that is wrong
 */
export const check = (options: { readonly config: string }): void => {
  const config = configOf(options)
  const errors: unknown[] = []
  const tried = <T>(action: () => T): T | undefined => {
    try {
      return action()
    } catch (error) {
      const all: unknown[] = error instanceof AggregateError ? error.errors : [error]
      errors.push(...all)
      return undefined
    }
  }
  tried(() => {
    checkKeys(config)
  })
  tried(() => loadCookieSecret(config))
  tried(() => fleetsOf(config))
  tried(() => certificateOf(config))
  tried(() => alertWaysOf(config))
  const store = tried(() => storeOf(config))
  for (const [index, zone] of config.zones.entries()) {
    tried(() => {
      checkZone(config, index, zone, store)
    })
  }
  void store?.close()
  if (errors.length > 0) throw new AggregateError(errors)
  process.stdout.write(`${options.config} is good, and so are its keys and zone files\n`)
}

/** Undefined where there is none yet. */
const storeOf = (config: Config): LmdbStore | undefined => {
  const { data } = config
  try {
    readdirSync(data)
  } catch (error) {
    // The system says what keeps it.
    const { code, message } = error as SystemError
    if (code !== 'ENOENT') throw config.errorAt(['data'], `cannot read ${data}: ${message}`)
  }
  if (!hasOctets(join(data, 'data.mdb'))) return undefined
  try {
    return LmdbStore.openForReading(data, systemClock)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    throw config.errorAt(['data'], error.message)
  }
}

const checkZone = (
  config: Config,
  index: number,
  { name, file, primaries }: ZoneConfig,
  store: LmdbStore | undefined,
): void => {
  if (file !== undefined) {
    atSetting(config, ['zone', index, 'file'], `cannot read ${file}`, () => {
      loadZoneFile(new MemoryStore(systemClock), name, file)
    })
  } else if (primaries.length === 0 && store?.zone(name) === undefined) {
    throw config.errorAt(['zone', index, 'name'], MISSING)
  }
}

const MISSING = 'the store does not have this zone: give it a "file", or livezone import it'
