/**
 * Passwords of people: scrypt (RFC 7914), one at a time and only so many in line, so that a flood of
 * logins takes neither all memory nor all threads.
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

/** Logins that wait for their turn. */
const MOST_WAITING = 8

export type PasswordVerdict = 'right' | 'wrong' | 'busy'

export class Passwords {
  private readonly cost: number
  private last: Promise<unknown> = Promise.resolve()
  private waiting = 0

  constructor(cost = COST) {
    this.cost = cost
  }

  async hash(password: string): Promise<PasswordRecord> {
    const salt = randomBytes(SALT_OCTETS)
    const hash = await this.inTurn(() => derived(password, salt, this.cost))
    return { cost: this.cost, salt: salt.toString('base64'), hash: hash.toString('base64') }
  }

  /** @param record undefined for somebody who is not there, which takes as long */
  async verify(password: string, record: PasswordRecord | undefined): Promise<PasswordVerdict> {
    if (this.waiting >= MOST_WAITING) return 'busy'
    const salt = record ? Buffer.from(record.salt, 'base64') : randomBytes(SALT_OCTETS)
    const expected = record ? Buffer.from(record.hash, 'base64') : randomBytes(HASH_OCTETS)
    const cost = record?.cost ?? this.cost
    const hash = await this.inTurn(() => derived(password, salt, cost))
    return timingSafeEqual(hash, expected) ? 'right' : 'wrong'
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++
    const mine = this.last.then(work)
    this.last = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      this.waiting--
    }
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
