/**
 * Passwords of people: scrypt (RFC 7914), one at a time and only so many in line, so that a flood of
 * logins takes neither all memory nor all threads. Who comes from where they have signed in before has a
 * line of their own that goes first: a flood from anywhere else does not keep them out.
 */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import type { PasswordRecord } from '../zone/user-store.ts'

/** 128 MiB and about half a second. */
const COST = 2 ** 17

/** r of RFC 7914 §2; p is 1. */
const BLOCK = 8

const HASH_OCTETS = 32
const SALT_OCTETS = 16

/** Logins that wait in a line for their turn, and of them those of one source. */
const MOST_WAITING = 8
const MOST_OF_ONE = 2

export type PasswordVerdict = 'right' | 'wrong' | 'busy'

/** Who asks whether a password is right. */
export interface Asker {
  /** A network that counts as one. */
  readonly source: string
  /** Whether the user has signed in from there before. */
  readonly isFamiliar: boolean
}

interface Waiting {
  readonly source: string
  readonly run: () => Promise<void>
}

/** The operator, and who is signed in and sets another password. */
const OURSELVES = ''

export class Passwords {
  private readonly cost: number
  private readonly familiar: Waiting[] = []
  private readonly strangers: Waiting[] = []
  private isAtWork = false

  constructor(cost = COST) {
    this.cost = cost
  }

  async hash(password: string): Promise<PasswordRecord> {
    const salt = randomBytes(SALT_OCTETS)
    const hash = await this.inTurn(this.familiar, OURSELVES, () =>
      derived(password, salt, this.cost),
    )
    return { cost: this.cost, salt: salt.toString('base64'), hash: hash.toString('base64') }
  }

  /** @param record undefined for somebody who is not there, which takes as long */
  async verify(
    password: string,
    record: PasswordRecord | undefined,
    { source, isFamiliar }: Asker,
  ): Promise<PasswordVerdict> {
    const line = isFamiliar ? this.familiar : this.strangers
    const own = line.filter((one) => one.source === source).length
    if (line.length >= MOST_WAITING || own >= MOST_OF_ONE) return 'busy'
    const salt = record ? Buffer.from(record.salt, 'base64') : randomBytes(SALT_OCTETS)
    const expected = record ? Buffer.from(record.hash, 'base64') : randomBytes(HASH_OCTETS)
    const cost = record?.cost ?? this.cost
    const hash = await this.inTurn(line, source, () => derived(password, salt, cost))
    return timingSafeEqual(hash, expected) ? 'right' : 'wrong'
  }

  private inTurn<T>(line: Waiting[], source: string, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      line.push({ source, run: () => work().then(resolve, reject) })
      void this.work()
    })
  }

  private async work(): Promise<void> {
    if (this.isAtWork) return
    this.isAtWork = true
    const next = (): Waiting | undefined => this.familiar.shift() ?? this.strangers.shift()
    for (let one = next(); one !== undefined; one = next()) await one.run()
    this.isAtWork = false
  }
}

const scryptOf = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** However it was typed: the same characters are the same password (RFC 8265 §4.2). */
const derived = (password: string, salt: Buffer, cost: number): Promise<Buffer> =>
  scryptOf(password.normalize('NFC'), salt, HASH_OCTETS, {
    N: cost,
    r: BLOCK,
    p: 1,
    // Twice what it takes, for the check of Node's is not exact.
    maxmem: 256 * cost * BLOCK + 1024 * 1024,
  })
