/** `livezone token …`: by the running server, or without one on the store itself. */
import { checkedScope, type WrittenScope } from '../access/token-scope.ts'
import { Tokens, type TokenEntry, type TokenScope } from '../access/tokens.ts'
import { isoTime, systemClock } from '../base/clock.ts'
import type { Config } from '../config/load.ts'
import { addressSetOf, networkFrom } from '../config/networks.ts'
import { controlRequest, type ControlRequest } from '../control/control-client.ts'
import { ControlError } from '../control/problem.ts'
import type { NewToken } from '../control/token-routes.ts'
import { secondsFromText } from '../text/number-text.ts'
import { isAtOrBelow } from '../wire/name.ts'
import type { TokenRole } from '../zone/token-store.ts'
import { configOf } from './configuration.ts'
import { OperatorError } from './operator-error.ts'

export interface TokenCreateOptions {
  readonly config: string
  readonly host?: readonly string[]
  readonly admin?: true
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
  const { name, role, hosts, below, types, from, expires, retires, lastUse } = entry
  return [
    name,
    role === 'admin' ? 'may everything' : `for ${hosts.join(' ')}${below ? ' and below' : ''}`,
    role === undefined && types.join(' '),
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
  // What only this way needs takes a third of the command's time.
  const { LmdbStore } = await import('../store/lmdb.ts')
  const { pino } = await import('pino')
  const store = LmdbStore.open(config.data, systemClock)
  try {
    return alone(new Tokens(store, systemClock, pino({ enabled: false }), addressSetOf))
  } finally {
    await store.close()
  }
}

/** As the options are called. */
const OPTIONS: Readonly<Record<keyof WrittenScope, string>> = {
  name: '--name',
  role: '--admin',
  hosts: '--host',
  below: '--below',
  types: '--types',
  from: '--from',
}

/** @throws OperatorError for what the token cannot be for */
const scopeFrom = (options: TokenCreateOptions, { zones }: Config): TokenScope => {
  const { name, admin, host: hosts = [], below = false, types, from = [], expires } = options
  const role: TokenRole | undefined = admin && 'admin'
  const written = { name, role, hosts, below, types: types.split(','), from }
  const checked = checkedScope(written, {
    isInZone: (host) => zones.some((zone) => isAtOrBelow(host, zone.name)),
    isNetwork: (text) => networkFrom(text) !== undefined,
  })
  if (!checked.ok) throw new OperatorError(`${OPTIONS[checked.what]}: ${checked.why}`)
  const { scope } = checked
  return expires === undefined ? scope : { ...scope, expires: timeFrom(expires) }
}

/** `90d`, or a date such as `2027-01-01`. */
const timeFrom = (written: string): number => {
  const now = systemClock.nowMilliseconds()
  const seconds = secondsFromText(written)
  const time = seconds === undefined ? Date.parse(written) : now + seconds * 1000
  if (time > now) return time
  throw new OperatorError(`--expires: "${written}" is no time to come, such as 90d or 2030-01-01`)
}
