/** What the system says of a file or folder is told at the setting that names it. */
import { isSystemError } from '../base/system-error.ts'
import type { Config } from './load.ts'
import type { Path } from './toml.ts'

/**
 * @param path of the setting
 * @param what cannot be done, as in `cannot read keys`
 * @throws InputError at the setting for what the system says; anything else as it is
 */
export const atSetting = <T>(config: Config, path: Path, what: string, action: () => T): T => {
  try {
    return action()
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw config.errorAt(path, `${what}: ${error.message}`)
  }
}
