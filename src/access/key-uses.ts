/**
 * When each secret was used last: noted with every request that proves one, in memory, and put into
 * the store now and then, for a flush for every request would be too much for what it tells.
 */
import { createHmac } from 'node:crypto'
import { toLatin1 } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { foldedName } from '../wire/name.ts'
import type { KeyUse, KeyUseStore } from '../zone/key-use.ts'
import { StoreError } from '../zone/zone.ts'
import { secretsOf, type Keyring, type TsigKey } from './keyring.ts'

/**
 * Octets of a secret's digest that are stored. They have to tell two secrets of one name apart, and
 * no more: whoever reads the store must not find out there whether a guess is right, and with 16
 * bits one in 65,536 wrong guesses looks right, too.
 */
const DIGEST_OCTETS = 2

/** What stands for a secret in the store. */
export const secretId = ({ name, secret }: TsigKey): string => {
  const folded = foldedName(name)
  const digest = createHmac('sha256', secret).update('livezone key use').update(folded).digest()
  return toLatin1(digest.subarray(0, DIGEST_OCTETS)) + folded
}

export class KeyUses {
  private readonly store: KeyUseStore
  private readonly clock: Clock
  private readonly log: Log
  private readonly unsaved = new Map<TsigKey, KeyUse>()

  constructor(store: KeyUseStore, clock: Clock, log: Log) {
    this.store = store
    this.clock = clock
    this.log = log
  }

  /** @param source the client's address */
  note(key: TsigKey, source: string): void {
    this.unsaved.set(key, { timeMilliseconds: this.clock.nowMilliseconds(), source })
  }

  /** When each secret was used last, also where the store does not have that yet. */
  lastUses(): (key: TsigKey) => KeyUse | undefined {
    const stored = this.store.keyUses()
    return (key) => this.unsaved.get(key) ?? stored.get(secretId(key))
  }

  /** Puts into the store what was noted since the last time; what it does not take waits. */
  save(): void {
    const changes = new Map(Array.from(this.unsaved, ([key, use]) => [secretId(key), use]))
    if (this.put(changes)) this.unsaved.clear()
  }

  /** Takes out of the store what is not a secret of the keyring any more. */
  forgetAllBut(keyring: Keyring): void {
    const known = new Set(Array.from(keyring, secretsOf).flat().map(secretId))
    const gone = [...this.store.keyUses().keys()].filter((id) => !known.has(id))
    this.put(new Map(gone.map((id) => [id, undefined])))
  }

  private put(changes: ReadonlyMap<string, KeyUse | undefined>): boolean {
    if (changes.size === 0) return true
    try {
      this.store.putKeyUses(changes)
      return true
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      this.log.warn({ reason: error.message }, 'the last uses of keys could not be stored')
      return false
    }
  }
}
