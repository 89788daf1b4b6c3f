/** Records that go and records that come: a changeset without its serials, forwards or turned around. */
import { RrType } from '../wire/codes.ts'
import { rdataEquals } from '../wire/rdata.ts'
import { recordsOnlyIn, type ZoneRecord } from './changeset.ts'
import type { Draft, NodeSource } from './draft.ts'
import { nameKeyOf } from './name-key.ts'
import { findRrset, keepRrsets, withRrset } from './node.ts'
import { withoutRdata, withRdata } from './rrset.ts'
import { serialOf, type Serial } from './serial.ts'
import { serialOfApex, soaOf, withSoaSerial } from './soa.ts'
import type { ZoneDraft } from './zone.ts'
import { isSingleton } from './zone-contents.ts'

export interface Patch {
  readonly removed: readonly ZoneRecord[]
  readonly added: readonly ZoneRecord[]
}

/** What takes the patch back. */
export const inverseOf = ({ removed, added }: Patch): Patch => ({ removed: added, added: removed })

/**
 * Takes out what goes, and then puts in what comes. A record that comes gives its TTL to the whole
 * RRset (RFC 2181 §5.2), and where a name has only one of its type it takes the place of that. One that
 * is to go and is not there is passed over.
 */
export const applyPatch = (draft: ZoneDraft, { removed, added }: Patch): void => {
  for (const { owner, type, rdata } of removed) {
    const key = nameKeyOf(owner)
    const node = draft.get(key)
    const rrset = findRrset(node, type)
    if (node === undefined || rrset === undefined) continue
    const rest = withoutRdata(rrset, rdata)
    const others = keepRrsets(node, (present) => present !== rrset)
    draft.set(key, rest === undefined ? others : withRrset(node, node.owner, rest))
  }
  for (const { owner, type, ttl, rdata } of added) {
    const key = nameKeyOf(owner)
    const node = draft.get(key)
    const present = isSingleton(type) ? undefined : findRrset(node, type)
    draft.set(key, withRrset(node, owner, withRdata(present, type, ttl, rdata)))
  }
}

/** Gives the draft's SOA that serial; the rest of it stays. */
export const setSerial = (draft: ZoneDraft, serial: Serial): void => {
  const apex = draft.get(draft.apexKey)
  const { ttl, rdata } = soaOf(apex)
  const soa = { type: RrType.SOA, ttl, rdatas: [withSoaSerial(rdata, serial)] }
  draft.set(draft.apexKey, withRrset(apex, draft.apex, soa))
}

/** What a draft changes of what it lies over. Its serial is set back: a change raises it by itself. */
export const patchOf = (base: NodeSource, draft: Draft): Patch => {
  setSerial(draft, serialOfApex(base.get(base.apexKey)))
  const removed: ZoneRecord[] = []
  const added: ZoneRecord[] = []
  for (const key of draft.changes.keys()) {
    const [before, after] = [base.get(key), draft.get(key)]
    for (const record of recordsOnlyIn(before, after)) removed.push(record)
    for (const record of recordsOnlyIn(after, before)) added.push(record)
  }
  return { removed, added }
}

export const isEmptyPatch = ({ removed, added }: Patch): boolean =>
  removed.length === 0 && added.length === 0

/** The patch without a SOA of which nothing but the serial changes. */
export const withoutSerials = ({ removed, added }: Patch): Patch => {
  const [before, after] = [removed, added].map((records) => records.find(isSoa))
  if (before === undefined || after === undefined || !sameSoa(before, after)) {
    return { removed, added }
  }
  const isOther = (record: ZoneRecord): boolean => !isSoa(record)
  return { removed: removed.filter(isOther), added: added.filter(isOther) }
}

const isSoa = ({ type }: ZoneRecord): boolean => type === RrType.SOA

/** Their serials and how their names are spelled aside. */
const sameSoa = (a: ZoneRecord, b: ZoneRecord): boolean =>
  a.ttl === b.ttl &&
  rdataEquals(RrType.SOA, withSoaSerial(a.rdata, NONE), withSoaSerial(b.rdata, NONE))

const NONE = serialOf(0)
