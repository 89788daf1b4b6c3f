/**
 * What stands where in the LMDB environment. Numbers are big-endian, so that keys sort by them.
 *
 * | database | key                          | value                                            |
 * |----------|------------------------------|--------------------------------------------------|
 * | meta     | `layout`                     | version of this table (4)                        |
 * | meta     | `next-zone-id`               | the id that the next zone gets (4)               |
 * | meta     | `writer`                     | the process that may write: see writer-claim.ts  |
 * | meta     | `garbage` · zone id (4)      | nothing: what is stored under the id is to go    |
 * | meta     | `secondary` · apex, lower case | a secondary zone's times: see below            |
 * | meta     | `journal` · zone id (4)      | how much of a journal is left: see journal-head.ts |
 * | meta     | `key-use` · digest (2) · key name | when a secret was used last: lmdb-key-uses.ts |
 * | meta     | `user:` · name               | who signs in to the page, as JSON: lmdb-users.ts |
 * | meta     | `told:` · host               | when somebody was told that it is stale (8)      |
 * | zones    | apex, lower case             | zone id (4), apex as it was spelled              |
 * | nodes    | zone id (4) · NameKey        | node: see zone/node.ts                           |
 * | journal  | zone id (4) · sequence (8)   | changeset with its author: see journal-entry.ts  |
 * | tokens   | SHA-256 of a secret (32)     | what it is for, as JSON: see lmdb-tokens.ts      |
 * | applied  | zone id (4) · NameKey        | node of the zone file that was applied last      |
 *
 * A zone id is used once: a zone that is loaded anew gets another, which `zones` then points to.
 *
 * Of a secondary zone: flags (1; 1 promoted, 2 to be taken anew), and in milliseconds since 1970 when
 * it was refreshed (8), when it expires (8) and when it was promoted (8). Older code ignores them.
 */
import { asBuffer, fromLatin1, toLatin1, writeU64 } from '../base/bytes.ts'
import { foldedName, type Name } from '../wire/name.ts'
import type { NameKey } from '../zone/name-key.ts'
import type { SecondaryState } from '../zone/secondary-state.ts'

/** Raised with every change of the table that older code would misread. */
export const LAYOUT_VERSION = 1

declare const zoneId: unique symbol
export type ZoneId = number & { readonly [zoneId]: true }

/** For a number that `next-zone-id` or `zones` gave. */
export const zoneIdOf = (value: number): ZoneId => value as ZoneId

export const metaKey = {
  layout: asBuffer(fromLatin1('layout')),
  nextZoneId: asBuffer(fromLatin1('next-zone-id')),
  writer: asBuffer(fromLatin1('writer')),
}

const GARBAGE = 'garbage'

export const encodeU32 = (value: number): Buffer => {
  const octets = Buffer.allocUnsafe(4)
  octets.writeUInt32BE(value)
  return octets
}

export const decodeU32 = (octets: Uint8Array): number => asBuffer(octets).readUInt32BE(0)

export const garbageKey = (id: ZoneId): Buffer =>
  Buffer.concat([Buffer.from(GARBAGE), encodeU32(id)])

/** Keys of `meta` from `start` up to `end` are garbage keys. */
export const garbageRange = { start: Buffer.from(GARBAGE), end: Buffer.from(`${GARBAGE}\xff\xff`) }

export const zoneIdOfGarbageKey = (key: Uint8Array): ZoneId =>
  zoneIdOf(decodeU32(key.subarray(GARBAGE.length)))

const SECONDARY = Buffer.from('secondary')

export const secondaryKey = (apex: Name): Buffer => Buffer.concat([SECONDARY, zoneKey(apex)])

const PROMOTED = 1
const FOREIGN = 2

export const encodeSecondaryState = (state: SecondaryState): Buffer => {
  const { promotedMilliseconds, isForeign } = state
  const flags = (promotedMilliseconds === undefined ? 0 : PROMOTED) | (isForeign ? FOREIGN : 0)
  const octets = Buffer.alloc(25)
  octets.writeUInt8(flags)
  octets.writeBigUInt64BE(BigInt(state.refreshedMilliseconds), 1)
  octets.writeBigUInt64BE(BigInt(state.expiresMilliseconds), 9)
  octets.writeBigUInt64BE(BigInt(promotedMilliseconds ?? 0), 17)
  return octets
}

export const decodeSecondaryState = (stored: Uint8Array): SecondaryState => {
  const octets = asBuffer(stored)
  const flags = octets.readUInt8()
  return {
    refreshedMilliseconds: Number(octets.readBigUInt64BE(1)),
    expiresMilliseconds: Number(octets.readBigUInt64BE(9)),
    promotedMilliseconds: (flags & PROMOTED) === 0 ? undefined : Number(octets.readBigUInt64BE(17)),
    isForeign: (flags & FOREIGN) !== 0,
  }
}

const JOURNAL = Buffer.from('journal')

export const journalHeadKey = (id: ZoneId): Buffer => Buffer.concat([JOURNAL, encodeU32(id)])

const KEY_USE = 'key-use'

/** @param id the digest of a secret and the name of its key, one UTF-16 unit for each octet */
export const keyUseKey = (id: string): Buffer => asBuffer(fromLatin1(KEY_USE + id))

/** Keys of `meta` from `start` up to `end` are of that form. */
export const keyUseRange = { start: Buffer.from(KEY_USE), end: Buffer.from('key-usf') }

export const secretIdOfKeyUseKey = (key: Uint8Array): string => toLatin1(key).slice(KEY_USE.length)

const USER = 'user:'

export const userKey = (name: string): Buffer => Buffer.from(USER + name)

/** Keys of `meta` from `start` up to `end` are of that form. */
export const userRange = { start: Buffer.from(USER), end: Buffer.from('user;') }

const TOLD = 'told:'

/** @param host not longer than a name, and so than a key may be */
export const toldKey = (host: string): Buffer => Buffer.from(TOLD + host)

/** Keys of `meta` from `start` up to `end` are of that form. */
export const toldRange = { start: Buffer.from(TOLD), end: Buffer.from('told;') }

export const hostOfToldKey = (key: Uint8Array): string =>
  asBuffer(key).toString('utf8', TOLD.length)

export const zoneKey = (apex: Name): Buffer => Buffer.from(foldedName(apex), 'latin1')

export const encodeZone = (id: ZoneId, apex: Name): Buffer => Buffer.concat([encodeU32(id), apex])

export const decodeZone = (octets: Uint8Array): { id: ZoneId; apex: Name } => ({
  id: zoneIdOf(decodeU32(octets)),
  // `encodeZone` was given a name.
  apex: octets.subarray(4) as Name,
})

export const nodeKey = (id: ZoneId, key: NameKey): Buffer => {
  const octets = Buffer.allocUnsafe(4 + key.length)
  octets.writeUInt32BE(id)
  octets.write(key, 4, 'latin1')
  return octets
}

export const journalKey = (id: ZoneId, sequence: number): Buffer => {
  const octets = Buffer.allocUnsafe(12)
  writeU64(octets, sequence, octets.writeUInt32BE(id))
  return octets
}

export const sequenceOfJournalKey = (key: Uint8Array): number =>
  Number(asBuffer(key).readBigUInt64BE(4))

/** All keys of `nodes`, `journal` and `applied` that begin with the id. */
export const rangeOfZone = (id: ZoneId): { start: Buffer; end: Buffer } => ({
  start: encodeU32(id),
  end: encodeU32(id + 1),
})
