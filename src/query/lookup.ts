/**
 * What a zone has to say to a question: steps 3a to 3c of RFC 1034 §4.3.2, with wildcards as
 * RFC 4592 and DNAME as RFC 6672 §3.2 refine them.
 */
import { RrType } from '../wire/codes.ts'
import { keysDownTo, wildcardKeyBelow, type NameKey } from '../zone/name-key.ts'
import { excludesCname, findRrset, type Node } from '../zone/node.ts'
import type { Rrset } from '../zone/rrset.ts'
import type { ZoneNames } from '../zone/zone.ts'

/** `source` is the key of the node that answers: the name's own, or that of a wildcard. */
export type Lookup =
  /** The RRset asked for, or for QTYPE ANY all of them. */
  | { readonly kind: 'answer'; readonly source: NameKey; readonly rrsets: readonly Rrset[] }
  /** The name exists, the type does not; also for an empty non-terminal. */
  | { readonly kind: 'nodata'; readonly source: NameKey }
  | { readonly kind: 'nxdomain' }
  | { readonly kind: 'cname'; readonly source: NameKey; readonly rrset: Rrset }
  /** A DNAME above the name. */
  | { readonly kind: 'dname'; readonly node: Node; readonly rrset: Rrset }
  /** A zone cut at or above the name. */
  | { readonly kind: 'referral'; readonly node: Node; readonly rrset: Rrset }

const NXDOMAIN: Lookup = { kind: 'nxdomain' }

/** @param key a name at or below the zone's apex */
export const lookup = (zone: ZoneNames, key: NameKey, type: RrType): Lookup => {
  const apex = zone.get(zone.apexKey)
  if (key === zone.apexKey) return answerFrom(key, apex, type)
  const apexDname = dnameAt(apex)
  if (apexDname !== undefined) return apexDname
  const own = zone.get(key)
  let encloser = zone.apexKey
  for (const level of keysDownTo(key, zone.apexKey)) {
    const node = level === key ? own : zone.get(level)
    // Above a name that is there, all names are.
    const exists = own !== undefined || node !== undefined || zone.hasBelow(level)
    if (!exists) return synthesize(zone, encloser, type)
    if (level !== key) {
      const away = cutAt(node) ?? dnameAt(node)
      if (away !== undefined) return away
    } else if (type !== RrType.DS) {
      // The DS of a cut is data of the parent (RFC 4035 §3.1.4.1).
      const cut = cutAt(node)
      if (cut !== undefined) return cut
    }
    encloser = level
  }
  return answerFrom(key, own, type)
}

/** Step 3b. */
const cutAt = (node: Node | undefined): Lookup | undefined => {
  const rrset = findRrset(node, RrType.NS)
  return node === undefined || rrset === undefined ? undefined : { kind: 'referral', node, rrset }
}

const dnameAt = (node: Node | undefined): Lookup | undefined => {
  const rrset = findRrset(node, RrType.DNAME)
  return node === undefined || rrset === undefined ? undefined : { kind: 'dname', node, rrset }
}

/** Step 3a: the name itself, or the wildcard that stands in for it. */
const answerFrom = (source: NameKey, node: Node | undefined, type: RrType): Lookup => {
  // RFC 4592 §2.2.2: an empty non-terminal exists, and has no data.
  if (node === undefined) return { kind: 'nodata', source }
  if (type === RrType.ANY) return { kind: 'answer', source, rrsets: node.rrsets }
  const rrset = findRrset(node, type)
  if (rrset !== undefined) return { kind: 'answer', source, rrsets: [rrset] }
  const cname = excludesCname(type) ? findRrset(node, RrType.CNAME) : undefined
  return cname === undefined ? { kind: 'nodata', source } : { kind: 'cname', source, rrset: cname }
}

/** Step 3c, RFC 4592 §3.3.1: only the wildcard right below the closest encloser counts. */
const synthesize = (zone: ZoneNames, encloser: NameKey, type: RrType): Lookup => {
  const source = wildcardKeyBelow(encloser)
  const node = zone.get(source)
  if (node !== undefined) return answerFrom(source, node, type)
  return zone.hasBelow(source) ? { kind: 'nodata', source } : NXDOMAIN
}
