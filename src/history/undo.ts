/** What takes back one change, or all since a point: computed from the zone as it is read here. */
import { nameToText } from '../text/name-text.ts'
import { RrType, rrTypeName } from '../wire/codes.ts'
import { rdataEquals } from '../wire/rdata.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { Draft } from '../zone/draft.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { excludesCname, findRrset, keepRrsets } from '../zone/node.ts'
import { applyPatch, inverseOf, patchOf, withoutSerials, type Patch } from '../zone/patch.ts'
import type { Serial } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { JournalEntry, ZoneStore, ZoneView } from '../zone/zone.ts'
import { hasCnameConflict, isSingleton } from '../zone/zone-contents.ts'
import { keysOf, problemIn, rrsetId, touchText, type WantedChange } from './change.ts'
import { changesSince, takeBack } from './past.ts'
import type { Point } from './point-text.ts'

export interface Plan {
  readonly change: WantedChange
  /** What speaks against it, in words: it is done all the same when the operator insists. */
  readonly obstacles: readonly string[]
  /** Why it cannot be done whoever insists. */
  readonly problem: string | undefined
}

/**
 * Takes back the change that led to a serial: what it added goes, what it removed comes back, and with
 * its TTL. What later changes did to other records stays.
 * @returns undefined when the history does not have that change
 */
export const planUndo = (store: ZoneStore, view: ZoneView, serial: Serial): Plan | undefined => {
  const [entry] = store.journal(view, { upTo: serial, newestFirst: true })
  if (entry === undefined) return undefined
  const back = inverseOf(withoutSerials(entry.changeset))
  const later = laterTouches(store.journal(view, { after: serial }), back)
  const draft = new Draft(view)
  applyPatch(draft, { removed: back.removed, added: [] })
  const ttls = back.added.flatMap((record) => otherTtl(draft, record))
  applyPatch(draft, { removed: [], added: back.added })
  const keys = new Set(keysOf(back))
  const conflicts = [...keys].flatMap((key) => makeWay(draft, key, back))
  const obstacles = [...later, ...new Set(ttls), ...conflicts]
  return { ...planOf(view, draft, false), obstacles, problem: problemIn(draft, keys) }
}

/** Brings the zone back to what it was at a point that is within reach. */
export const planRestore = (store: ZoneStore, view: ZoneView, point: Point): Plan => {
  const draft = new Draft(view)
  takeBack(draft, changesSince(store, view, point))
  return { ...planOf(view, draft, true), obstacles: [], problem: undefined }
}

const planOf = (view: ZoneView, draft: Draft, isWhole: boolean): Pick<Plan, 'change'> => {
  const since = serialOfApex(view.get(view.apexKey))
  return { change: { since, patch: patchOf(view, draft), isWhole } }
}

/** Changes and obstacles that are named; of more the number is given. */
const MOST_NAMED = 20

/** Changes after it of the same records, in words. */
const laterTouches = (later: Iterable<JournalEntry>, { removed, added }: Patch): string[] => {
  const mine = new Map<string, ZoneRecord[]>()
  for (const record of [...removed, ...added]) {
    const id = rrsetId(record)
    mine.set(id, [...(mine.get(id) ?? []), record])
  }
  const isMine = (record: ZoneRecord): boolean =>
    (mine.get(rrsetId(record)) ?? []).some(
      // Of what a name has one, any other would take its place.
      ({ type, rdata }) => isSingleton(type) || rdataEquals(type, rdata, record.rdata),
    )
  const touches: string[] = []
  let more = 0
  for (const entry of later) {
    const changed = withoutSerials(entry.changeset)
    const shared = [...changed.removed, ...changed.added].find(isMine)
    if (shared === undefined) continue
    if (touches.length < MOST_NAMED) touches.push(touchText(entry, shared))
    else more++
  }
  return more > 0 ? [...touches, `and ${more} more changes`] : touches
}

/** An RRset has one TTL (RFC 2181 §5.2): a record that comes back would change that of others. */
const otherTtl = (draft: Draft, { owner, type, ttl }: ZoneRecord): string[] => {
  const rrset = findRrset(draft.get(nameKeyOf(owner)), type)
  if (rrset === undefined || rrset.ttl === ttl || isSingleton(type)) return []
  return [
    `${nameToText(owner)} ${rrTypeName(type)} has TTL ${rrset.ttl} now, and would have ${ttl}`,
  ]
}

/** RFC 1034 §3.6.2: where a CNAME and other data would meet, what is there now makes way. */
const makeWay = (draft: Draft, key: NameKey, { added }: Patch): string[] => {
  const node = draft.get(key)
  if (node === undefined || !hasCnameConflict(node, RrType.CNAME)) return []
  if (findRrset(node, RrType.CNAME) === undefined) return []
  const isCname = added.some(({ owner, type }) => type === RrType.CNAME && nameKeyOf(owner) === key)
  draft.set(
    key,
    keepRrsets(node, ({ type }) => (isCname ? !excludesCname(type) : type !== RrType.CNAME)),
  )
  return [`${nameToText(node.owner)} has ${isCname ? 'other data' : 'a CNAME'} now, which would go`]
}
