/** People who sign in to the web page: made by the operator, all of them in memory and in the store. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { nameFromText } from '../text/name-text.ts'
import { isAtOrBelow, nameEquals, type Name } from '../wire/name.ts'
import type { UserRecord, UserStore } from '../zone/user-store.ts'
import type { Passwords, PasswordVerdict } from './passwords.ts'

/** Who somebody is to be; the hosts have been checked. */
export type NewUser = Pick<UserRecord, 'name' | 'role' | 'hosts' | 'below'>

/** A user as it is listed. */
export type UserEntry = Omit<UserRecord, 'password' | 'sources'>

/** The operator asked for what cannot be: in words for the command line. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly isMissing: boolean

  constructor(what: string, isMissing = false) {
    super(what)
    this.isMissing = isMissing
  }
}

const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/

/** Networks from which a user has signed in that are remembered: the last ones. */
const MOST_SOURCES = 5

const LEAST_PASSWORD = 10
const MOST_PASSWORD = 256

/** What is wrong with a password; undefined when nothing is. */
export const passwordProblem = (password: string): string | undefined => {
  if (password.length < LEAST_PASSWORD)
    return `a password has ${LEAST_PASSWORD} characters at least`
  if (password.length > MOST_PASSWORD) return `a password has ${MOST_PASSWORD} characters at most`
  return undefined
}

/** Twenty characters of 64, which nobody guesses. */
export const newPassword = (): string => randomBytes(15).toString('base64url')

export class Users {
  private readonly records = new Map<string, UserRecord>()
  private readonly store: UserStore
  private readonly clock: Clock
  private readonly passwords: Passwords

  constructor(store: UserStore, clock: Clock, passwords: Passwords) {
    this.store = store
    this.clock = clock
    this.passwords = passwords
    for (const record of store.users()) this.records.set(record.name, record)
  }

  get isEmpty(): boolean {
    return this.records.size === 0
  }

  get(name: string): UserRecord | undefined {
    return this.records.get(name.toLowerCase())
  }

  /** In the order of their names. */
  list(): UserEntry[] {
    return [...this.records.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map(entryOf)
  }

  /** @throws UserError when there is somebody of that name, or it cannot be; StoreError */
  async add(wish: NewUser, password: string): Promise<void> {
    const name = wish.name.toLowerCase()
    if (!NAME.test(name)) {
      throw new UserError(
        `"${wish.name}" is no user's name: write letters, digits and . _ @ -, 64 at most`,
      )
    }
    if (wish.role === 'owner' && wish.hosts.length === 0) {
      throw new UserError('an owner has a host at least: --host home.dyn.example.')
    }
    if (wish.role === 'admin' && wish.hosts.length > 0) {
      throw new UserError('an admin manages all hosts: leave out --host')
    }
    const record = await this.hashed(password)
    if (this.records.has(name)) throw new UserError(`there is a user ${name} already`)
    const { role, hosts, below } = wish
    this.put({ name, role, hosts, below, password: record, created: this.clock.nowMilliseconds() })
  }

  /** Ends the user's sessions. @throws UserError when there is no such user; StoreError */
  async setPassword(name: string, password: string): Promise<void> {
    this.held(name)
    const record = await this.hashed(password)
    this.put({ ...this.held(name), password: record })
  }

  /** @throws UserError when there is no such user; StoreError */
  remove(name: string): void {
    const record = this.held(name)
    this.store.putUsers(new Map([[record.name, undefined]]))
    this.records.delete(record.name)
  }

  /**
   * By the password that the user has when it is done: another may have come while it waited.
   * @param source the network that it comes from
   */
  async verify(name: string, password: string, source: string): Promise<PasswordVerdict> {
    const user = this.get(name)
    const isFamiliar = user?.sources?.includes(source) === true
    const record = user?.password
    const text = password.slice(0, MOST_PASSWORD)
    const verdict = await this.passwords.verify(text, record, { source, isFamiliar })
    const isStillIt = this.get(name)?.password.salt === record?.salt
    return verdict === 'right' && !isStillIt ? 'wrong' : verdict
  }

  /**
   * It is so even where it cannot be put on disk.
   * @throws StoreError
   */
  signedIn(record: UserRecord, source: string): void {
    const others = (record.sources ?? []).filter((one) => one !== source)
    const sources = [source, ...others].slice(0, MOST_SOURCES)
    const seen = { ...record, lastLogin: this.clock.nowMilliseconds(), sources }
    this.records.set(seen.name, seen)
    this.put(seen)
  }

  private hashed(password: string): ReturnType<Passwords['hash']> {
    const problem = passwordProblem(password)
    if (problem !== undefined) throw new UserError(problem)
    return this.passwords.hash(password)
  }

  private held(name: string): UserRecord {
    const record = this.get(name)
    if (record === undefined) throw new UserError(`there is no user ${name.toLowerCase()}`, true)
    return record
  }

  /** On disk first. */
  private put(record: UserRecord): void {
    this.store.putUsers(new Map([[record.name, record]]))
    this.records.set(record.name, record)
  }
}

const entryOf = ({ name, role, hosts, below, created, lastLogin }: UserRecord): UserEntry => ({
  name,
  role,
  hosts,
  below,
  created,
  ...(lastLogin && { lastLogin }),
})

/** Whether a name is the user's to see and manage. */
export const manages = ({ role, hosts, below }: UserRecord, name: Name): boolean =>
  role === 'admin' ||
  hosts.some((text) => {
    const host = nameFromText(text)
    return host.ok && (below ? isAtOrBelow(name, host.name) : nameEquals(name, host.name))
  })
