/** `livezone check` */
import { systemClock } from '../base/clock.ts'
import { InputError } from '../base/input-error.ts'
import { isSystemError } from '../base/system-error.ts'
import { loadKeyring, missingKeys } from '../config/keys-folder.ts'
import { loadConfig, oneOrAll, type Config } from '../config/load.ts'
import { MemoryStore } from '../store/memory.ts'
import { loadZoneFile } from '../store/zone-file.ts'

/**
 * Reads everything that `serve` would read, zone files also where the store has the zone already.
 * @throws InputError or an AggregateError of all that is wrong
 */
export const check = (options: { readonly config: string }): void => {
  const config = loadConfig(options.config)
  const errors = [...keyErrors(config), ...zoneErrors(config)]
  if (errors.length > 0) throw oneOrAll(errors)
  process.stdout.write(`${options.config} is good, and so are its keys and zone files\n`)
}

const keyErrors = (config: Config): Error[] => {
  try {
    return missingKeys(config, loadKeyring(config.keys))
  } catch (error) {
    return inputErrors(error)
  }
}

const zoneErrors = (config: Config): Error[] =>
  config.zones.flatMap(({ name, file }, index) => {
    if (file === undefined) return []
    try {
      loadZoneFile(new MemoryStore(systemClock), name, file)
      return []
    } catch (error) {
      if (!isSystemError(error)) return inputErrors(error)
      return [config.errorAt(['zone', index, 'file'], `cannot read ${file}: ${error.message}`)]
    }
  })

/** What the operator can mend, one by one; anything else is thrown on. */
const inputErrors = (error: unknown): Error[] => {
  if (error instanceof AggregateError) return error.errors.flatMap(inputErrors)
  if (error instanceof InputError) return [error]
  throw error
}
