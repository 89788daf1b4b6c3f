/** The ways by which alerts go out, with their secrets: read when the configuration is. */
import { mail } from '../alerts/mail.ts'
import type { Way } from '../alerts/way.ts'
import { webhook } from '../alerts/webhook.ts'
import type { Config } from '../config/load.ts'
import { longSecretIn, secretIn } from '../config/secret-file.ts'
import type { Path } from '../config/toml.ts'

/** @throws InputError where a secret cannot be taken */
export const alertWaysOf = (config: Config): readonly Way[] => {
  const { webhook: hook, smtp } = config.alerts
  const ways: Way[] = []
  if (hook !== undefined) {
    const { url, secretFile } = hook
    const path = ['alerts', 'secret-file']
    const secret = secretFile === undefined ? undefined : at(config, path, longSecretIn, secretFile)
    ways.push(webhook({ url, secret }))
  }
  if (smtp !== undefined) {
    const { login } = smtp
    const path = ['alerts', 'smtp', 'password-file']
    ways.push(
      mail({
        ...smtp,
        login: login && {
          user: login.user,
          password: at(config, path, secretIn, login.passwordFile),
        },
      }),
    )
  }
  return ways
}

const at = <T>(config: Config, path: Path, read: (file: string) => T, file: string): T => {
  try {
    return read(file)
  } catch (error) {
    // What it throws is an error of the system's, or says what is wrong.
    throw config.errorAt(path, (error as Error).message)
  }
}
