/** RRsets (RFC 2181 §5): the records of one owner, class and type, with one TTL. Never changed. */
import { rdataEquals } from '../wire/rdata.ts'
import type { RrType } from '../wire/codes.ts'

export interface Rrset {
  readonly type: RrType
  /** Seconds; the same for all records (RFC 2181 §5.2). */
  readonly ttl: number
  /** At least one, no two equal (RFC 2181 §5); uncompressed. */
  readonly rdatas: readonly Uint8Array[]
}

/**
 * The most octets that the RDATA of an RRset may have, with twelve for each record around it: a larger
 * one would not fit the one message that has to carry it, TSIG and all (RFC 1035 §4.2.2).
 */
export const MAX_RRSET_LENGTH = 64_000

export const rrsetLength = (rrset: Rrset): number =>
  rrset.rdatas.reduce((sum, rdata) => sum + rdata.length + 12, 0)

export const hasRdata = (rrset: Rrset, rdata: Uint8Array): boolean =>
  rrset.rdatas.some((present) => rdataEquals(rrset.type, present, rdata))

/** The RRset with one record more or, where it is already there, spelled as `rdata` spells it. */
export const withRdata = (
  rrset: Rrset | undefined,
  type: RrType,
  ttl: number,
  rdata: Uint8Array,
): Rrset => {
  if (rrset === undefined) return { type, ttl, rdatas: [rdata] }
  const others = rrset.rdatas.filter((present) => !rdataEquals(type, present, rdata))
  return { type, ttl, rdatas: [...others, rdata] }
}

/** The RRset with one record less; undefined when none is left. */
export const withoutRdata = (rrset: Rrset, rdata: Uint8Array): Rrset | undefined => {
  const rdatas = rrset.rdatas.filter((present) => !rdataEquals(rrset.type, present, rdata))
  return rdatas.length === 0 ? undefined : { ...rrset, rdatas }
}

/** The same set of records whatever their order; TTLs are not compared (RFC 2136 §2.4.2). */
export const sameRdatas = (
  type: RrType,
  a: readonly Uint8Array[],
  b: readonly Uint8Array[],
): boolean => a.length === b.length && a.every((x) => b.some((y) => rdataEquals(type, x, y)))
