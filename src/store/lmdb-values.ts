/** Reading very many values one after the other. */
import { octetAt } from '../base/bytes.ts'
import type { Octets } from './databases.ts'

/** Octets that are read in one go; nothing else happens meanwhile. */
const PIECE = 32 * 1024

/**
 * The values from `start` up to `end`, of one version, whole and behind one another in pieces. A value is
 * in memory that every read uses again, so it is copied before anybody else can read.
 */
export function* valuesBehindOneAnother(
  database: Octets,
  { start, end }: { readonly start: Buffer; readonly end: Buffer },
): Generator<Uint8Array> {
  let piece = new Uint8Array(PIECE)
  let length = 0
  for (const { value } of database.getRange({ start, end, snapshot: true })) {
    const { length: size } = value
    if (length + size <= piece.length) {
      for (let i = 0; i < size; i++) piece[length++] = octetAt(value, i)
      continue
    }
    const full = piece.subarray(0, length)
    piece = new Uint8Array(Math.max(PIECE, size))
    piece.set(value.subarray(0, size))
    length = size
    yield full
  }
  yield piece.subarray(0, length)
}
