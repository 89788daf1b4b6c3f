/** Files that were named on the command line: one that cannot be read is the operator's to mend. */
import { isSystemError } from '../base/system-error.ts'
import { loadConfig, type Config } from '../config/load.ts'
import { OperatorError } from './operator-error.ts'

/** @throws OperatorError when `--config` names nothing that can be read; as loadConfig */
export const configOf = (options: { readonly config: string }): Config =>
  reading(options.config, () => loadConfig(options.config))

/** What `read` gives, or that the file cannot be read. */
export const reading = <T>(file: string, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new OperatorError(`cannot read ${file}: ${error.message}`)
  }
}
