/** What the agent's own configuration says: hosts, how they are updated, and where addresses come from. */
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { readKeyFile } from '../access/key-file.ts'
import type { TsigKey } from '../access/keyring.ts'
import { isSystemError } from '../base/system-error.ts'
import { settingsIn } from '../config/load.ts'
import { readToml, type TomlFile } from '../config/toml.ts'
import type { Name } from '../wire/name.ts'
import type { Family, Suffix } from './address.ts'
import type { SourceSettings } from './detect.ts'
import type { ServerAddress } from './exchange.ts'
import { agentSchema } from './schema.ts'

export interface HostSettings {
  readonly name: Name
  /** Undefined where the server shall say. */
  readonly zone: Name | undefined
  readonly families: readonly Family[]
  readonly suffix: Suffix | undefined
  readonly ttlSeconds: number
}

export type UpdateSettings =
  /** RFC 2136. */
  | { readonly kind: 'dns'; readonly server: ServerAddress; readonly key: TsigKey }
  /** dyndns2. */
  | {
      readonly kind: 'web'
      readonly url: URL
      readonly user: string | undefined
      readonly token: string
      /** Who is asked what a name has; nobody, where it is left out. */
      readonly server: ServerAddress | undefined
    }

export type Command = readonly [string, ...string[]]

export interface AgentSettings {
  readonly hosts: readonly HostSettings[]
  readonly update: UpdateSettings
  /** Changes when the server or the secret does: what went wrong with others says nothing then. */
  readonly fingerprint: string
  readonly sources: Readonly<Record<Family, readonly SourceSettings[]>>
  readonly allowPrivate: boolean
  /** An absolute path. */
  readonly stateFile: string
  readonly intervalSeconds: number
  readonly verifySeconds: number
  readonly hooks: {
    readonly change: Command | undefined
    readonly failure: Command | undefined
    readonly recover: Command | undefined
    readonly webhook: URL | undefined
  }
}

/** What systemd gives a service, where it does. */
export interface Environment {
  readonly CREDENTIALS_DIRECTORY?: string | undefined
  readonly STATE_DIRECTORY?: string | undefined
}

/**
 * @throws InputError, or an AggregateError of several; what the system says when there is no file
 */
export const loadAgentSettings = (
  file: string,
  environment: Environment = process.env,
): AgentSettings => {
  const toml = readToml(file)
  const settings = settingsIn(toml, agentSchema)
  const absolute = (path: string): string => resolve(dirname(file), path)
  const secretFile = (path: string): string => {
    const given = join(environment.CREDENTIALS_DIRECTORY ?? '', path)
    return environment.CREDENTIALS_DIRECTORY !== undefined && existsSync(given)
      ? given
      : absolute(path)
  }
  const reading = <T>(setting: string, path: string, read: (path: string) => T): T => {
    try {
      return read(secretFile(path))
    } catch (error) {
      if (!isSystemError(error)) throw error
      throw toml.errorAt(['update', setting], `cannot read ${path}: ${error.message}`)
    }
  }
  const { update, state } = settings
  const secret =
    update.kind === 'dns'
      ? { ...update, key: reading('key', update.key, onlyKey(toml)) }
      : { ...update, token: reading('token', update.token, tokenIn(toml)) }
  return {
    hosts: settings.host,
    update: secret,
    fingerprint: fingerprintOf(secret),
    sources: { ipv4: settings.ipv4, ipv6: settings.ipv6 },
    allowPrivate: settings['allow-private'],
    stateFile:
      state === undefined
        ? join(environment.STATE_DIRECTORY ?? resolve(dirname(file)), 'agent.json')
        : absolute(state),
    intervalSeconds: settings.interval,
    verifySeconds: settings.verify,
    hooks: {
      change: settings.hooks['on-change'],
      failure: settings.hooks['on-failure'],
      recover: settings.hooks['on-recover'],
      webhook: settings.hooks.webhook,
    },
  }
}

const onlyKey =
  (toml: TomlFile) =>
  (file: string): TsigKey => {
    const [only, ...others] = readKeyFile(file)
    if (only !== undefined && others.length === 0) return only.key
    const count = only === undefined ? 'no key' : `${others.length + 1} keys`
    throw toml.errorAt(['update', 'key'], `${file} has ${count}: name a file with one`)
  }

const tokenIn =
  (toml: TomlFile) =>
  (file: string): string => {
    const errorAt = (what: string): Error => toml.errorAt(['update', 'token'], what)
    if ((statSync(file).mode & 0o007) !== 0) {
      throw errorAt(`everybody can read ${file}: chmod 600 it`)
    }
    const token = readFileSync(file, 'utf8').trim()
    if (!/^[\x21-\x7e]{1,1024}$/.test(token)) throw errorAt(`${file} does not hold one token`)
    return token
  }

const fingerprintOf = (update: UpdateSettings): string => {
  const secret = update.kind === 'dns' ? update.key.secret : update.token
  const { kind, server } = update
  const who =
    update.kind === 'dns'
      ? [update.key.text, update.key.algorithm.text]
      : [update.url.href, update.user]
  const digest = createHmac('sha256', secret).update(JSON.stringify([kind, server, who]))
  return digest.digest('hex').slice(0, 16)
}
