/**
 * The sections of an UPDATE as what they mean: prerequisites (RFC 2136 §2.4) and changes (§2.5).
 * A record's class and type say which of the RFC's forms it is; one that fits none is FORMERR.
 */
import { isMetaType, Rcode, RrClass, RrType, rrClassName, rrTypeName } from '../wire/codes.ts'
import { isAtOrBelow, type Name } from '../wire/name.ts'
import { rdataAt } from '../wire/rdata.ts'
import type { RecordView } from '../wire/record.ts'
import { nameToText } from '../text/name-text.ts'
import { refusal, type Refusal } from './verdict.ts'

export type Prerequisite =
  /** §2.4.1 RRset exists (value independent). */
  | { readonly kind: 'rrset-exists'; readonly owner: Name; readonly type: RrType }
  /** §2.4.2 RRset exists (value dependent): one record of the set. */
  | {
      readonly kind: 'rrset-equals'
      readonly owner: Name
      readonly type: RrType
      readonly rdata: Uint8Array
    }
  /** §2.4.3 RRset does not exist. */
  | { readonly kind: 'rrset-absent'; readonly owner: Name; readonly type: RrType }
  /** §2.4.4 Name is in use. */
  | { readonly kind: 'name-in-use'; readonly owner: Name }
  /** §2.4.5 Name is not in use. */
  | { readonly kind: 'name-unused'; readonly owner: Name }

export type Change =
  /** §2.5.1 Add to an RRset. */
  | {
      readonly kind: 'add'
      readonly owner: Name
      readonly type: RrType
      readonly ttl: number
      readonly rdata: Uint8Array
    }
  /** §2.5.2 Delete an RRset. */
  | { readonly kind: 'delete-rrset'; readonly owner: Name; readonly type: RrType }
  /** §2.5.3 Delete all RRsets from a name. */
  | { readonly kind: 'delete-name'; readonly owner: Name }
  /** §2.5.4 Delete an RR from an RRset. */
  | {
      readonly kind: 'delete-record'
      readonly owner: Name
      readonly type: RrType
      readonly rdata: Uint8Array
    }

/** What a section says, up to the first of its records that fits no form. */
export interface Read<T> {
  readonly items: readonly T[]
  /** Why the record after `items` is none; undefined when all were read. */
  readonly refusal: Refusal | undefined
}

type ReadOne<T> = T | Refusal

/** Reads the prerequisite section, with the checks of §3.2.5 that need no zone data. */
export const readPrerequisites = (
  packet: Uint8Array,
  records: readonly RecordView[],
  apex: Name,
): Read<Prerequisite> => readAll(records, (record) => readPrerequisite(packet, record, apex))

/** Reads the update section: the prescan of §3.4.1.3. */
export const readChanges = (
  packet: Uint8Array,
  records: readonly RecordView[],
  apex: Name,
): Read<Change> => readAll(records, (record) => readChange(packet, record, apex))

const readAll = <T extends { readonly kind: string }>(
  records: readonly RecordView[],
  readOne: (record: RecordView) => ReadOne<T>,
): Read<T> => {
  const items: T[] = []
  for (const record of records) {
    const item = readOne(record)
    if ('rcode' in item) return { items, refusal: item }
    items.push(item)
  }
  return { items, refusal: undefined }
}

const readPrerequisite = (
  packet: Uint8Array,
  record: RecordView,
  apex: Name,
): ReadOne<Prerequisite> => {
  const { owner, type } = record
  // §3.2.5: the TTL, then the name, then the forms by class.
  if (record.ttl !== 0) return malformed(record, 'a prerequisite has TTL 0')
  if (!isAtOrBelow(owner, apex)) return notInZone(owner, apex)
  switch (record.class) {
    case RrClass.ANY:
    case RrClass.NONE: {
      const exists = record.class === RrClass.ANY
      if (record.rdataLength !== 0) return malformed(record, 'there it has no RDATA')
      if (type === RrType.ANY) return { kind: exists ? 'name-in-use' : 'name-unused', owner }
      if (isMetaType(type)) return malformed(record, 'such a type cannot be asked for')
      return { kind: exists ? 'rrset-exists' : 'rrset-absent', owner, type }
    }
    case RrClass.IN: {
      if (isMetaType(type)) return malformed(record, 'such a type cannot be asked for')
      const rdata = rdataAt(packet, type, record.rdataOffset, record.rdataLength)
      if (rdata === undefined) return malformed(record, 'the RDATA is not of that type')
      return { kind: 'rrset-equals', owner, type, rdata }
    }
    default:
      return malformed(record, 'no prerequisite has that class')
  }
}

const readChange = (packet: Uint8Array, record: RecordView, apex: Name): ReadOne<Change> => {
  const { owner, type, ttl } = record
  if (!isAtOrBelow(owner, apex)) return notInZone(owner, apex)
  switch (record.class) {
    case RrClass.IN: {
      if (isMetaType(type)) return malformed(record, 'such a type cannot be added')
      // RFC 2181 §8: a TTL has 31 bits; one with the sign bit set is taken as zero.
      const ttlSeconds = ttl > 0x7fff_ffff ? 0 : ttl
      const rdata = rdataAt(packet, type, record.rdataOffset, record.rdataLength)
      if (rdata === undefined) return malformed(record, 'the RDATA is not of that type')
      return { kind: 'add', owner, type, ttl: ttlSeconds, rdata }
    }
    case RrClass.ANY:
      if (ttl !== 0) return malformed(record, 'a deletion has TTL 0')
      if (record.rdataLength !== 0) return malformed(record, 'there it has no RDATA')
      if (type === RrType.ANY) return { kind: 'delete-name', owner }
      if (isMetaType(type)) return malformed(record, 'such a type cannot be deleted')
      return { kind: 'delete-rrset', owner, type }
    case RrClass.NONE: {
      if (ttl !== 0) return malformed(record, 'a deletion has TTL 0')
      if (isMetaType(type)) return malformed(record, 'such a type cannot be deleted')
      const rdata = rdataAt(packet, type, record.rdataOffset, record.rdataLength)
      if (rdata === undefined) return malformed(record, 'the RDATA is not of that type')
      return { kind: 'delete-record', owner, type, rdata }
    }
    default:
      return malformed(record, 'no change has that class')
  }
}

const malformed = (record: RecordView, why: string): Refusal =>
  refusal(Rcode.FORMERR, `${describe(record)}: ${why}`)

export const notInZone = (owner: Name, apex: Name): Refusal =>
  refusal(Rcode.NOTZONE, `${nameToText(owner)} is not in zone ${nameToText(apex)}`)

/** What was not read from a packet: up to the first that is outside of the zone (§3.2.5, §3.4.1.3). */
export const inZone = <T extends { readonly owner: Name }>(
  items: readonly T[],
  apex: Name,
): Read<T> => {
  const end = items.findIndex(({ owner }) => !isAtOrBelow(owner, apex))
  const first = items[end]
  return first === undefined
    ? { items, refusal: undefined }
    : { items: items.slice(0, end), refusal: notInZone(first.owner, apex) }
}

const describe = ({ owner, class: rrClass, type }: RecordView): string =>
  `${nameToText(owner)} ${rrClassName(rrClass)} ${rrTypeName(type)}`
