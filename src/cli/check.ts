/** `livezone check` */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../base/clock.ts'
import { isSystemError } from '../base/system-error.ts'
import { loadCookieSecret } from '../config/cookie-secret.ts'
import { checkKeys } from '../config/keys-folder.ts'
import type { Config, ZoneConfig } from '../config/load.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { MemoryStore } from '../store/memory.ts'
import { loadZoneFile } from '../store/zone-file.ts'
import type { Name } from '../wire/name.ts'
import { configOf } from './configuration.ts'

/**
 * Reads everything that `serve` would read, zone files also where the store has the zone already.
 * Writes nothing.
 * @throws InputError or what the system says, or an AggregateError of all that is wrong
 */
export const check = (options: { readonly config: string }): void => {
  const config = configOf(options)
  const errors = errorsOf(() => {
    checkKeys(config)
  })
  errors.push(
    ...errorsOf(() => {
      loadCookieSecret(config)
    }),
  )
  for (const [index, zone] of config.zones.entries()) {
    const inZone = errorsOf(() => {
      checkZoneFile(config, index, zone)
    })
    errors.push(...inZone)
  }
  if (errors.length > 0) throw new AggregateError(errors)
  process.stdout.write(`${options.config} is good, and so are its keys and zone files\n`)
}

const checkZoneFile = (
  config: Config,
  index: number,
  { name, file, primaries }: ZoneConfig,
): void => {
  if (file === undefined) {
    if (primaries.length === 0 && !isStored(config, name))
      throw config.errorAt(['zone', index, 'name'], MISSING)
    return
  }
  try {
    loadZoneFile(new MemoryStore(systemClock), name, file)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw config.errorAt(['zone', index, 'file'], `cannot read ${file}: ${error.message}`)
  }
}

const MISSING = 'the store does not have this zone: give it a "file", or livezone import it'

const isStored = ({ data }: Config, name: Name): boolean => {
  if (!existsSync(join(data, 'data.mdb'))) return false
  const store = LmdbStore.openForReading(data, systemClock)
  const view = store.zone(name)
  void store.close()
  return view !== undefined
}

/** What is thrown, one by one. */
const errorsOf = (action: () => void): unknown[] => {
  try {
    action()
    return []
  } catch (error) {
    return error instanceof AggregateError ? error.errors : [error]
  }
}
