/** The secret of DNS cookies: from a file that several servers share, or made for this run. */
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { SIPHASH_KEY_LENGTH } from '../base/siphash.ts'
import { atSetting } from './at-setting.ts'
import type { Config } from './load.ts'

/** @throws InputError at the setting, when the file cannot be taken */
export const loadCookieSecret = (config: Config): Uint8Array => {
  const file = config.cookieSecretFile
  if (file === undefined) return randomBytes(SIPHASH_KEY_LENGTH)
  const text = read(config, file).trim()
  if (!/^[0-9a-f]{32}$/i.test(text)) {
    throw config.errorAt(['cookie-secret'], `${file} does not hold 32 hexadecimal digits`)
  }
  return Buffer.from(text, 'hex')
}

const read = (config: Config, file: string): string =>
  atSetting(config, ['cookie-secret'], `cannot read ${file}`, () => {
    if ((statSync(file).mode & 0o007) !== 0) {
      throw config.errorAt(['cookie-secret'], `everybody can read ${file}: chmod 600 it`)
    }
    return readFileSync(file, 'utf8')
  })
