/**
 * The difference sequences of an IXFR, one after the other, onto a draft (RFC 1995 §4). They have to
 * fit to the letter: a zone that they do not fit is not the one that the primary thinks we have.
 */
import { nameToText } from '../text/name-text.ts'
import { rrTypeName } from '../wire/codes.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import { findRrset, keepRrsets, withRrset } from '../zone/node.ts'
import { hasRdata, withoutRdata, type Rrset } from '../zone/rrset.ts'
import { serialOfApex, soaSerial } from '../zone/soa.ts'
import type { ZoneDraft } from '../zone/zone.ts'
import { addToNode, lacking } from '../zone/zone-contents.ts'
import type { Difference } from './incoming.ts'

/** @returns why they do not fit; then the draft is to be dropped */
export const applyDifferences = (
  draft: ZoneDraft,
  differences: readonly Difference[],
): string | undefined => {
  for (const { before, removed, after, added } of differences) {
    const serial = serialOfApex(draft.get(draft.apexKey))
    if (serial !== soaSerial(before.rdata)) return `the zone has serial ${serial}`
    for (const record of removed) {
      const problem = take(draft, record)
      if (problem !== undefined) return problem
    }
    for (const record of added) {
      const problem = add(draft, record)
      if (problem !== undefined) return problem
    }
    const { type, ttl, rdata } = after
    const apex = draft.get(draft.apexKey)
    draft.set(draft.apexKey, withRrset(apex, draft.apex, { type, ttl, rdatas: [rdata] }))
  }
  return lacking(draft.get(draft.apexKey))
}

const take = (draft: ZoneDraft, { owner, type, rdata }: ZoneRecord): string | undefined => {
  const key = nameKeyOf(owner)
  const node = draft.get(key)
  const present = findRrset(node, type)
  if (node === undefined || present === undefined || !hasRdata(present, rdata)) {
    return `${nameToText(owner)} ${rrTypeName(type)} is to go and is not there`
  }
  const rest = withoutRdata(present, rdata)
  const others = keepRrsets(node, (rrset) => rrset.type !== type)
  draft.set(key, rest === undefined ? others : withRrset(others, node.owner, rest))
  return undefined
}

const add = (draft: ZoneDraft, record: ZoneRecord): string | undefined => {
  const { owner, type, ttl, rdata } = record
  const key = nameKeyOf(owner)
  const node = draft.get(key)
  const present = findRrset(node, type)
  if (present?.ttl === ttl && hasRdata(present, rdata)) {
    return `${nameToText(owner)} ${rrTypeName(type)} is to come and is there`
  }
  const addition = addToNode(draft.apex, node, record)
  if (!addition.ok) return `${nameToText(owner)} ${rrTypeName(type)}: ${addition.why}`
  // It was added a moment ago.
  const rrset = findRrset(addition.node, type) as Rrset
  // An RRset has the TTL of what came last, where they differ.
  draft.set(key, withRrset(addition.node, owner, { ...rrset, ttl }))
  return undefined
}
