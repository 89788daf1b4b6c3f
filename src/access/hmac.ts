/**
 * HMAC (RFC 2104) as two hashes of one call each: to make and to collect node's Hmac objects costs more
 * than to hash a message as short as an UPDATE (bench/micro/updates.ts).
 */
import { hash } from 'node:crypto'
import type { TsigKey } from './keyring.ts'

/** RFC 2104 §2: the key as a block, one for each of the two hashes. */
interface Pads {
  readonly inner: Uint8Array
  /** With room behind it for what the inner hash gives. */
  readonly outer: Buffer
}

const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

const padsOf = new WeakMap<TsigKey, Pads>()

/** RFC 2104 §2: B, in octets. */
const blockLength = (digest: string): number =>
  digest === 'sha384' || digest === 'sha512' ? 128 : 64

const newPads = ({ algorithm, secret }: TsigKey): Pads => {
  const { digest, macLength } = algorithm
  const octets = secret.export()
  const length = blockLength(digest)
  const block = Buffer.alloc(length)
  // RFC 2104 §2: a key that is longer than a block is hashed first.
  block.set(octets.length > length ? hash(digest, octets, 'buffer') : octets)
  const outer = Buffer.alloc(length + macLength)
  outer.set(block.map((octet) => octet ^ OUTER_PAD))
  return { inner: block.map((octet) => octet ^ INNER_PAD), outer }
}

/** For messages up to the size of a datagram; a larger one gets memory of its own. */
const scratch = Buffer.alloc(2048)

/** The whole MAC of the pieces, one after the other. */
export const hmac = (key: TsigKey, pieces: readonly Uint8Array[]): Buffer => {
  const pads = padsOf.get(key) ?? newPads(key)
  padsOf.set(key, pads)
  const { inner, outer } = pads
  let length = inner.length
  for (const piece of pieces) length += piece.length
  const octets = length > scratch.length ? Buffer.allocUnsafe(length) : scratch
  octets.set(inner)
  let at = inner.length
  for (const piece of pieces) {
    octets.set(piece, at)
    at += piece.length
  }
  const { digest } = key.algorithm
  // As a string: a buffer that node makes costs twice as much as the whole hash.
  outer.write(hash(digest, octets.subarray(0, length), 'binary'), inner.length, 'latin1')
  return Buffer.from(hash(digest, outer, 'binary'), 'latin1')
}
