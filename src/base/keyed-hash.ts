/**
 * A hash for tables whose keys strangers choose: of 32 bits, in a step for each octet. What falls together under
 * one key does not under another, so nobody can prepare it. FNV-1a with a secret start is not enough for
 * that: its multiplier is known, and pairs that fall together do so from many starts.
 */
import { randomInt } from 'node:crypto'

export interface HashKey {
  /** What a hash begins with. */
  readonly start: number
  /** Odd, so that no step loses anything. */
  readonly multiplier: number
}

export const newHashKey = (): HashKey => ({
  start: randomInt(0x1_0000_0000) | 0,
  multiplier: randomInt(0x1_0000_0000) | 1,
})

/** @param value of 32 bits at most */
export const hashStep = (hash: number, value: number, multiplier: number): number => {
  const product = Math.imul(hash ^ value, multiplier)
  // A product's low bits follow from low bits alone.
  return product ^ (product >>> 15)
}
