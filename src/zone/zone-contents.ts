/**
 * What may be in a zone that is filled from outside: record by record, and in the end as a whole
 * (RFC 1034 §4.2.1, RFC 1035 §5.2, RFC 2181 §5).
 */
import { RrType, isMetaType, rrTypeName } from '../wire/codes.ts'
import { isAtOrBelow, nameEquals, type Name } from '../wire/name.ts'
import type { ZoneRecord } from './changeset.ts'
import { excludesCname, findRrset, withRrset, type Node } from './node.ts'
import { hasRdata, MAX_RRSET_LENGTH, rrsetLength, withRdata, type Rrset } from './rrset.ts'

export type Addition =
  | { readonly ok: true; readonly node: Node }
  | { readonly ok: false; readonly why: string }

const wrong = (why: string): Addition => ({ ok: false, why })

/** The node with the record in it, or why it may not be there. */
export const addToNode = (apex: Name, node: Node | undefined, record: ZoneRecord): Addition => {
  const { owner, type, ttl, rdata } = record
  if (!isAtOrBelow(owner, apex)) return wrong('the owner name is not in the zone')
  if (isMetaType(type)) return wrong(`${rrTypeName(type)} is not a type of data`)
  const present = findRrset(node, type)
  if (type === RrType.SOA) {
    if (!nameEquals(owner, apex)) return wrong('a SOA belongs at the apex of the zone only')
    if (present !== undefined) return wrong('the zone has a second SOA')
  }
  if (
    type !== RrType.SOA &&
    isSingleton(type) &&
    present !== undefined &&
    !hasRdata(present, rdata)
  ) {
    return wrong(`a name has one ${rrTypeName(type)} at most`)
  }
  if (hasCnameConflict(node, type)) return wrong('a CNAME and other data share a name')
  const rrset = withLowestTtl(present, type, ttl, rdata)
  if (rrsetLength(rrset) > MAX_RRSET_LENGTH) return wrong('the RRset is too large for a message')
  return { ok: true, node: withRrset(node, owner, rrset) }
}

/** RFC 1034 §4.2.1 (SOA), RFC 2181 §10.1 (CNAME) and RFC 6672 §2.4 (DNAME): a name has one of them. */
export const isSingleton = (type: RrType): boolean =>
  type === RrType.CNAME || type === RrType.DNAME || type === RrType.SOA

/** RFC 1034 §3.6.2: whether an RRset of `type` and what the node has exclude each other. */
export const hasCnameConflict = (node: Node | undefined, type: RrType): boolean => {
  if (node === undefined) return false
  return type === RrType.CNAME
    ? node.rrsets.some((rrset) => excludesCname(rrset.type))
    : excludesCname(type) && findRrset(node, RrType.CNAME) !== undefined
}

/** RFC 2181 §5.2: where the TTLs in a file differ, the lowest is the RRset's. */
const withLowestTtl = (
  present: Rrset | undefined,
  type: RrType,
  ttl: number,
  rdata: Uint8Array,
): Rrset => {
  const lowest = present === undefined ? ttl : Math.min(ttl, present.ttl)
  return present !== undefined && hasRdata(present, rdata)
    ? { ...present, ttl: lowest }
    : withRdata(present, type, lowest, rdata)
}

/** Why the node as it is may not be in the zone; undefined when it may. */
export const nodeProblem = (apex: Name, { owner, rrsets }: Node): string | undefined => {
  let node: Node | undefined
  for (const { type, ttl, rdatas } of rrsets) {
    for (const rdata of rdatas) {
      const addition = addToNode(apex, node, { owner, type, ttl, rdata })
      if (!addition.ok) return addition.why
      node = addition.node
    }
  }
  return undefined
}

/** What a zone with this apex lacks; undefined when it can be served. */
export const lacking = (apex: Node | undefined): string | undefined => {
  if (findRrset(apex, RrType.SOA) === undefined) return 'the zone has no SOA'
  if (findRrset(apex, RrType.NS) === undefined) return 'the zone has no NS at its apex'
  return undefined
}
