/**
 * Who is signed in to the page. A session is known by 256 random bits, of which the SHA-256 is kept,
 * in memory alone; it ends with the user, and with their password.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { UserRecord } from '../zone/user-store.ts'
import type { Users } from './users.ts'

const HOUR = 3_600_000
const LONGEST = 12 * HOUR
const IDLE = 2 * HOUR

/** Of all users together, and of one: the oldest goes for the newest. */
const MOST = 1000
const MOST_OF_ONE = 20

export interface Session {
  readonly user: UserRecord
  /** Forms that change something bring it along, so that no other page can send one. */
  readonly formToken: string
}

interface Held {
  readonly name: string
  /** Of the password that opened it: another password has another salt. */
  readonly salt: string
  readonly formToken: string
  readonly opened: number
  seen: number
}

export class Sessions {
  /** By the digest of the secret, the oldest first. */
  private readonly held = new Map<string, Held>()
  private readonly users: Users
  private readonly clock: Clock

  constructor(users: Users, clock: Clock) {
    this.users = users
    this.clock = clock
  }

  /** @returns the secret, for the cookie */
  open({ name, password }: UserRecord): string {
    const own = [...this.held].filter(([, one]) => one.name === name)
    if (own.length >= MOST_OF_ONE) this.drop(own[0])
    if (this.held.size >= MOST) this.drop(this.held.entries().next().value)
    const secret = randomBytes(32).toString('base64url')
    const now = this.clock.monotonicMilliseconds()
    this.held.set(digestOf(secret), {
      name,
      salt: password.salt,
      formToken: randomBytes(16).toString('base64url'),
      opened: now,
      seen: now,
    })
    return secret
  }

  find(secret: string): Session | undefined {
    const digest = digestOf(secret)
    const held = this.held.get(digest)
    if (held === undefined) return undefined
    const user = this.userOf(held)
    if (user === undefined) {
      this.held.delete(digest)
      return undefined
    }
    held.seen = this.clock.monotonicMilliseconds()
    return { user, formToken: held.formToken }
  }

  /** Whether it is open still; to ask is no use of it. */
  isOpen(secret: string): boolean {
    const held = this.held.get(digestOf(secret))
    return held !== undefined && this.userOf(held) !== undefined
  }

  close(secret: string): void {
    this.held.delete(digestOf(secret))
  }

  /** Undefined when the session is over. */
  private userOf({ name, salt, opened, seen }: Held): UserRecord | undefined {
    const now = this.clock.monotonicMilliseconds()
    if (now - opened >= LONGEST || now - seen >= IDLE) return undefined
    const user = this.users.get(name)
    return user?.password.salt === salt ? user : undefined
  }

  private drop(entry: readonly [string, Held] | undefined): void {
    if (entry !== undefined) this.held.delete(entry[0])
  }
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
