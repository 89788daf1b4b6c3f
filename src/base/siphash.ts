/**
 * SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"), for DNS server cookies
 * (RFC 9018 §4.4): node:crypto does not offer it. 64-bit words are kept as two 32-bit halves.
 */
import { asBuffer } from './bytes.ts'

/** Sixteen octets of secret. */
export const SIPHASH_KEY_LENGTH = 16

/** v0 to v3, each as its low and then its high half. */
type State = Int32Array

/** "somepseudorandomlygeneratedbytes", as the paper's little-endian words. */
const INITIAL = Int32Array.of(
  0x70736575,
  0x736f6d65,
  0x6e646f6d,
  0x646f7261,
  0x6e657261,
  0x6c796765,
  0x79746573,
  0x74656462,
)

/** @returns eight octets, the least significant first */
export const sipHash24 = (key: Uint8Array, data: Uint8Array): Uint8Array => {
  const state = INITIAL.slice()
  const keyWords = asBuffer(key)
  for (let half = 0; half < 8; half++) {
    xor(state, half, keyWords.readInt32LE((half % 4) * 4))
  }
  // The data in words of eight octets, the last of which ends in the data's length.
  const padded = Buffer.alloc((Math.floor(data.length / 8) + 1) * 8)
  padded.set(data)
  padded.writeUInt8(data.length & 0xff, padded.length - 1)
  for (let at = 0; at < padded.length; at += 8) {
    const low = padded.readInt32LE(at)
    const high = padded.readInt32LE(at + 4)
    xor(state, 6, low)
    xor(state, 7, high)
    round(state)
    round(state)
    xor(state, 0, low)
    xor(state, 1, high)
  }
  xor(state, 4, 0xff)
  for (let rounds = 0; rounds < 4; rounds++) round(state)
  for (const half of [2, 4, 6]) {
    xor(state, 0, at(state, half))
    xor(state, 1, at(state, half + 1))
  }
  const hash = Buffer.allocUnsafe(8)
  hash.writeInt32LE(at(state, 0), 0)
  hash.writeInt32LE(at(state, 1), 4)
  return hash
}

// The state always has eight halves.
const at = (state: State, half: number): number => state[half] as number

const xor = (state: State, half: number, value: number): void => {
  state[half] = at(state, half) ^ value
}

/** v[a] += v[b], as 64 bits. */
const add = (state: State, a: number, b: number): void => {
  const low = (at(state, a) >>> 0) + (at(state, b) >>> 0)
  state[a] = low
  state[a + 1] = at(state, a + 1) + at(state, b + 1) + (low > 0xffff_ffff ? 1 : 0)
}

/** v[a] rotated left by fewer than 32 bits, then v[a] ^= v[b]. */
const rotateXor = (state: State, a: number, bits: number, b: number): void => {
  const low = at(state, a)
  const high = at(state, a + 1)
  state[a] = ((low << bits) | (high >>> (32 - bits))) ^ at(state, b)
  state[a + 1] = ((high << bits) | (low >>> (32 - bits))) ^ at(state, b + 1)
}

/** v[a] rotated left by 32 bits: its halves change places. */
const swap = (state: State, a: number): void => {
  const low = at(state, a)
  state[a] = at(state, a + 1)
  state[a + 1] = low
}

/** SipRound; halves 0, 2, 4 and 6 are the low ones of v0 to v3. */
const round = (state: State): void => {
  add(state, 0, 2)
  add(state, 4, 6)
  rotateXor(state, 2, 13, 0)
  rotateXor(state, 6, 16, 4)
  swap(state, 0)
  add(state, 4, 2)
  add(state, 0, 6)
  rotateXor(state, 2, 17, 4)
  rotateXor(state, 6, 21, 0)
  swap(state, 4)
}
