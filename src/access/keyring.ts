/** The TSIG keys that the server holds, found by name whatever its case (RFC 8945 §5.2.1). */
import type { KeyObject } from 'node:crypto'
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

export class Keyring {
  private readonly keys = new Map<string, TsigKey>()

  /** @returns false when there is a key of that name already */
  add(key: TsigKey): boolean {
    const id = foldedName(key.name)
    if (this.keys.has(id)) return false
    this.keys.set(id, key)
    return true
  }

  get(name: Name): TsigKey | undefined {
    return this.keys.get(foldedName(name))
  }

  [Symbol.iterator](): IterableIterator<TsigKey> {
    return this.keys.values()
  }
}
