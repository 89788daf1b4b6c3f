/** `livezone user …`: by the running server, or without one on the store itself. */
import { Passwords } from '../access/passwords.ts'
import { newPassword, Users, type NewUser, type UserEntry } from '../access/users.ts'
import { isoTime, systemClock } from '../base/clock.ts'
import type { Config } from '../config/load.ts'
import { controlRequest, type ControlRequest } from '../control/control-client.ts'
import { ControlError } from '../control/problem.ts'
import type { UserRequest } from '../control/user-routes.ts'
import { nameToText } from '../text/name-text.ts'
import { isAtOrBelow, lowerCaseName } from '../wire/name.ts'
import type { UserRole } from '../zone/user-store.ts'
import { configOf } from './configuration.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'
import { readPassword } from './password-input.ts'

export interface UserOptions {
  readonly config: string
  readonly json?: true
}

export interface PasswordOptions extends UserOptions {
  readonly generate?: true
}

export interface UserAddOptions extends PasswordOptions {
  readonly role: UserRole
  readonly host?: readonly string[]
  readonly below?: true
}

export const addUser = async (name: string, options: UserAddOptions): Promise<void> => {
  const config = configOf(options)
  const hosts = (options.host ?? []).map((written) => hostFrom(written, config))
  const user: NewUser = { name, role: options.role, hosts, below: options.below === true }
  const password = await passwordFrom(options)
  const body: UserRequest = { ...user, password }
  await reach(config, { method: 'POST', url: '/users', body }, (users) => users.add(user, password))
  printMade(password, options)
}

export const setUserPassword = async (name: string, options: PasswordOptions): Promise<void> => {
  const password = await passwordFrom(options)
  const url = `/users/${encodeURIComponent(name)}/password`
  await reach(configOf(options), { method: 'POST', url, body: { password } }, (users) =>
    users.setPassword(name, password),
  )
  printMade(password, options)
}

export const removeUser = async (name: string, options: UserOptions): Promise<void> => {
  const url = `/users/${encodeURIComponent(name)}`
  await reach(configOf(options), { method: 'DELETE', url }, (users) => {
    users.remove(name)
  })
}

export const listUsers = async (options: UserOptions): Promise<void> => {
  const request = { method: 'GET', url: '/users' } as const
  const entries = await reach(configOf(options), request, (users) => users.list())
  for (const entry of entries) {
    process.stdout.write(`${options.json === true ? JSON.stringify(entry) : entryText(entry)}\n`)
  }
}

const passwordFrom = async ({ generate }: PasswordOptions): Promise<string> =>
  generate === true ? newPassword() : readPassword({ input: process.stdin, output: process.stderr })

/** One that was made here is seen this one time. */
const printMade = (password: string, { generate, json }: PasswordOptions): void => {
  if (generate !== true) return
  process.stdout.write(`${json === true ? JSON.stringify({ password }) : password}\n`)
}

const entryText = ({ name, role, hosts, below, lastLogin }: UserEntry): string => {
  const what = role === 'admin' ? role : `owner of ${hosts.join(' ')}${below ? ' and below' : ''}`
  const last = lastLogin === undefined ? 'never signed in' : `signed in ${isoTime(lastLogin)}`
  return `${name}; ${what}; ${last}`
}

/** Asks the server; where none is running, does it itself. */
const reach = async <T>(
  config: Config,
  request: ControlRequest,
  alone: (users: Users) => T | Promise<T>,
): Promise<T> => {
  try {
    return await controlRequest<T>(config.control, request)
  } catch (error) {
    if (!(error instanceof ControlError) || error.status !== undefined) throw error
  }
  // Only this way needs it.
  const { LmdbStore } = await import('../store/lmdb.ts')
  const store = LmdbStore.open(config.data, systemClock)
  try {
    return await alone(new Users(store, systemClock, new Passwords()))
  } finally {
    await store.close()
  }
}

const hostFrom = (written: string, { zones }: Config): string => {
  const host = lowerCaseName(nameArgument(written))
  if (zones.some((zone) => isAtOrBelow(host, zone.name))) return nameToText(host)
  throw new OperatorError(`--host: ${nameToText(host)} is in no zone of this server`)
}
