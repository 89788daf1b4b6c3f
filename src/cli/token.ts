/** `livezone token …`: by the running server, or without one on the store itself. */
import { pino } from 'pino'
import { Tokens, type TokenEntry, type TokenScope } from '../access/tokens.ts'
import { isoTime, systemClock } from '../base/clock.ts'
import type { Config } from '../config/load.ts'
import { addressSetOf, networkFrom } from '../config/networks.ts'
import { controlRequest, type ControlRequest } from '../control/control-client.ts'
import { ControlError } from '../control/problem.ts'
import type { NewToken } from '../control/token-routes.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { nameToText } from '../text/name-text.ts'
import { secondsFromText } from '../text/number-text.ts'
import { isAtOrBelow, lowerCaseName, type Name } from '../wire/name.ts'
import { configOf } from './configuration.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'

export interface TokenCreateOptions {
  readonly config: string
  readonly host: readonly string[]
  readonly name?: string
  readonly below?: true
  readonly types: string
  readonly from?: readonly string[]
  readonly expires?: string
  readonly json?: true
}

export interface TokenOptions {
  readonly config: string
  readonly json?: true
}

export const createToken = async (options: TokenCreateOptions): Promise<void> => {
  const config = configOf(options)
  const scope = scopeFrom(options, config)
  const made = await reach<NewToken>(
    config,
    { method: 'POST', url: '/tokens', body: scope },
    (tokens) => ({ token: tokens.create(scope) }),
  )
  print(made, options)
}

export const rotateToken = async (name: string, options: TokenOptions): Promise<void> => {
  const url = `/tokens/${encodeURIComponent(name)}/rotate`
  const made = await reach<NewToken>(configOf(options), { method: 'POST', url }, (tokens) => ({
    token: tokens.rotate(name),
  }))
  print(made, options)
}

export const revokeToken = async (name: string, options: TokenOptions): Promise<void> => {
  const url = `/tokens/${encodeURIComponent(name)}`
  await reach<unknown>(configOf(options), { method: 'DELETE', url }, (tokens) => {
    tokens.revoke(name)
  })
}

export const listTokens = async (options: TokenOptions): Promise<void> => {
  const entries = await reach<readonly TokenEntry[]>(
    configOf(options),
    { method: 'GET', url: '/tokens' },
    (tokens) => tokens.list(),
  )
  for (const entry of entries) {
    process.stdout.write(`${options.json === true ? JSON.stringify(entry) : entryText(entry)}\n`)
  }
}

/** This is the one time that the secret is seen. */
const print = (made: NewToken, { json }: { readonly json?: true }): void => {
  process.stdout.write(`${json === true ? JSON.stringify(made) : made.token}\n`)
}

const entryText = (entry: TokenEntry): string => {
  const { name, hosts, below, types, from, expires, retires, lastUse } = entry
  return [
    name,
    `for ${hosts.join(' ')}${below ? ' and below' : ''}`,
    types.join(' '),
    from.length > 0 && `from ${from.join(' ')}`,
    expires !== undefined && `expires ${isoTime(expires)}`,
    retires !== undefined && `its older secret ends ${isoTime(retires)}`,
    lastUse === undefined
      ? 'never used'
      : `last used ${isoTime(lastUse.time)} from ${lastUse.source} (${lastUse.agent})`,
  ]
    .filter((word) => typeof word === 'string')
    .join('; ')
}

/** Asks the server; where none is running, does it itself. */
const reach = async <T>(
  config: Config,
  request: ControlRequest,
  alone: (tokens: Tokens) => T,
): Promise<T> => {
  try {
    return await controlRequest<T>(config.control, request)
  } catch (error) {
    if (!(error instanceof ControlError) || error.status !== undefined) throw error
  }
  const store = LmdbStore.open(config.data, systemClock)
  try {
    return alone(new Tokens(store, systemClock, pino({ enabled: false }), addressSetOf))
  } finally {
    await store.close()
  }
}

const TYPES = ['A', 'AAAA', 'TXT']

/** @throws OperatorError for what the token cannot be for */
const scopeFrom = (options: TokenCreateOptions, config: Config): TokenScope => {
  const hosts = options.host.map((written) => hostFrom(written, config))
  const types = options.types.split(',').map((word) => word.trim().toUpperCase())
  const stranger = types.find((type) => !TYPES.includes(type))
  if (stranger !== undefined) {
    throw new OperatorError(`--types: "${stranger}" is none of ${TYPES.join(', ')}`)
  }
  const from = options.from ?? []
  const noNetwork = from.find((written) => networkFrom(written) === undefined)
  if (noNetwork !== undefined) throw new OperatorError(`--from: "${noNetwork}" is no network`)
  const name = options.name ?? hosts.slice(0, 1).join('')
  if (!/^[\x21-\x7e]{1,255}$/.test(name)) {
    throw new OperatorError('--name: write 1 to 255 ASCII characters without blanks')
  }
  const scope = { name, hosts, types, from, below: options.below === true }
  return options.expires === undefined ? scope : { ...scope, expires: timeFrom(options.expires) }
}

const hostFrom = (written: string, { zones }: Config): string => {
  const host: Name = lowerCaseName(nameArgument(written))
  if (zones.some((zone) => isAtOrBelow(host, zone.name))) return nameToText(host)
  throw new OperatorError(`--host: ${nameToText(host)} is in no zone of this server`)
}

/** `90d`, or a date such as `2027-01-01`. */
const timeFrom = (written: string): number => {
  const now = systemClock.nowMilliseconds()
  const seconds = secondsFromText(written)
  const time = seconds === undefined ? Date.parse(written) : now + seconds * 1000
  if (time > now) return time
  throw new OperatorError(`--expires: "${written}" is no time to come, such as 90d or 2030-01-01`)
}
