/** The TSIG keys that the server holds, found by name whatever its case (RFC 8945 §5.2.1). */
import type { KeyObject } from 'node:crypto'
import { isoTime } from '../base/clock.ts'
import { nameToText } from '../text/name-text.ts'
import { foldedName, type Name } from '../wire/name.ts'
import type { TsigAlgorithm } from './algorithm.ts'

export interface TsigKey {
  readonly name: Name
  /** The name in presentation format. */
  readonly text: string
  readonly algorithm: TsigAlgorithm
  readonly secret: KeyObject
  /**
   * Octets of a MAC that the key's policy asks for, and the fewest that we send: all, or fewer where
   * the key file names a truncation such as `hmac-sha256-128` (RFC 8945 §5.2.4).
   */
  readonly macLength: number
}

/** All that is known by one key name. */
export interface HeldKey {
  /** What clients shall use. */
  readonly current: TsigKey
  /** What they used before and may use still, while the key is rotated. */
  readonly old: TsigKey | undefined
  /** Seconds since 1970 from when on neither is taken; undefined for never. */
  readonly expiresSeconds: number | undefined
}

export class Keyring {
  private readonly keys = new Map<string, HeldKey>()

  /** @returns false when there is a key of that name already */
  add(current: TsigKey, more: Partial<Omit<HeldKey, 'current'>> = {}): boolean {
    const id = foldedName(current.name)
    if (this.keys.has(id)) return false
    this.keys.set(id, { current, old: more.old, expiresSeconds: more.expiresSeconds })
    return true
  }

  /** What to sign with by that name. */
  get(name: Name): TsigKey | undefined {
    return this.held(name)?.current
  }

  held(name: Name): HeldKey | undefined {
    return this.keys.get(foldedName(name))
  }

  [Symbol.iterator](): IterableIterator<HeldKey> {
    return this.keys.values()
  }
}

/** The secrets of a key, the current one first. */
export const secretsOf = ({ current, old }: HeldKey): readonly TsigKey[] =>
  old === undefined ? [current] : [current, old]

type Expiring = Pick<HeldKey, 'expiresSeconds'>

export const hasExpired = ({ expiresSeconds }: Expiring, nowSeconds: number): boolean =>
  expiresSeconds !== undefined && nowSeconds >= expiresSeconds

/** When it expires, as `2027-01-01T00:00:00Z`; `never`. */
export const expiryText = ({ expiresSeconds }: Expiring): string =>
  expiresSeconds === undefined ? 'never' : isoTime(expiresSeconds * 1000)

/** What is wrong with a key that has expired, in words; undefined when it has not. */
export const expiredText = (name: Name, key: Expiring, nowSeconds: number): string | undefined =>
  hasExpired(key, nowSeconds) ? `key ${nameToText(name)} expired on ${expiryText(key)}` : undefined

/** Why requests with the key are BADKEY whatever is in them (RFC 8945 §5.2.1); else undefined. */
export const keyFault = (keyring: Keyring, name: Name, nowSeconds: number): string | undefined => {
  const held = keyring.held(name)
  return held === undefined
    ? `unknown key ${nameToText(name)}`
    : expiredText(held.current.name, held, nowSeconds)
}
