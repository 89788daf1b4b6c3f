/** What takes back some changes, or all since a point: computed from the zone as it is read here. */
import { nameToText } from '../text/name-text.ts'
import { RrType, rrTypeName } from '../wire/codes.ts'
import { nameEquals, type Name } from '../wire/name.ts'
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
 * Takes back the changes that led to some serials, the newest first: what they added goes, what they
 * removed comes back, and with its TTL. What other changes did to other records later stays.
 * @returns undefined when the history does not have one of them
 */
export const planUndo = (
  store: ZoneStore,
  view: ZoneView,
  serials: readonly Serial[],
): Plan | undefined => {
  const begin = beginOf(store, view, serials)
  if (begin === undefined) return undefined
  const wanted = new Set(serials)
  const { backs, touches } = undoneAndLater(store.journal(view, { after: begin }), wanted)
  const draft = new Draft(view)
  const keys = new Set<NameKey>()
  const obstacles = new Set(touches)
  for (const back of backs.reverse()) {
    applyPatch(draft, { removed: back.removed, added: [] })
    const ttls = back.added.flatMap((record) => otherTtl(draft, record))
    applyPatch(draft, { removed: [], added: back.added })
    const touched = new Set(keysOf(back))
    const conflicts = [...touched].flatMap((key) => makeWay(draft, key, back))
    for (const obstacle of [...ttls, ...conflicts]) obstacles.add(obstacle)
    for (const key of touched) keys.add(key)
  }
  return {
    ...planOf(view, draft, false),
    obstacles: [...obstacles],
    problem: problemIn(draft, keys),
  }
}

/** The serial from which the oldest of these changes led on; undefined when one of them is not there. */
const beginOf = (
  store: ZoneStore,
  view: ZoneView,
  serials: readonly Serial[],
): Serial | undefined => {
  const left = new Set(serials)
  for (const { changeset } of store.journal(view, { newestFirst: true })) {
    left.delete(changeset.serialAfter)
    if (left.size === 0) return changeset.serialBefore
  }
  return undefined
}

/** Brings the zone back to what it was at a point that is within reach. */
export const planRestore = (store: ZoneStore, view: ZoneView, point: Point): Plan => {
  const draft = new Draft(view)
  takeBack(draft, changesSince(store, view, point))
  return { ...planOf(view, draft, true), obstacles: [], problem: undefined }
}

/** Brings one name back to what it had at a point that is within reach; the rest of the zone stays. */
export const planRestoreOfName = (
  store: ZoneStore,
  view: ZoneView,
  point: Point,
  name: Name,
): Plan => {
  const draft = new Draft(view)
  for (const { changeset } of changesSince(store, view, point)) {
    applyPatch(draft, patchOfName(inverseOf(changeset), name))
  }
  return { ...planOf(view, draft, false), obstacles: [], problem: undefined }
}

const patchOfName = ({ removed, added }: Patch, name: Name): Patch => {
  const isOfName = ({ owner }: ZoneRecord): boolean => nameEquals(owner, name)
  return { removed: removed.filter(isOfName), added: added.filter(isOfName) }
}

const planOf = (view: ZoneView, draft: Draft, isWhole: boolean): Pick<Plan, 'change'> => {
  const since = serialOfApex(view.get(view.apexKey))
  return { change: { since, patch: patchOf(view, draft), isWhole } }
}

/** Changes and obstacles that are named; of more the number is given. */
const MOST_NAMED = 20

/**
 * What takes back the wanted ones among entries, the oldest first; and what the others changed of the
 * same records after them, in words.
 */
const undoneAndLater = (
  entries: Iterable<JournalEntry>,
  wanted: ReadonlySet<Serial>,
): { readonly backs: Patch[]; readonly touches: readonly string[] } => {
  const mine = new Map<string, ZoneRecord[]>()
  const isMine = (record: ZoneRecord): boolean =>
    (mine.get(rrsetId(record)) ?? []).some(
      // Of what a name has one, any other would take its place.
      ({ type, rdata }) => isSingleton(type) || rdataEquals(type, rdata, record.rdata),
    )
  const backs: Patch[] = []
  const touches: string[] = []
  let more = 0
  for (const entry of entries) {
    const changed = withoutSerials(entry.changeset)
    const records = [...changed.removed, ...changed.added]
    if (wanted.has(entry.changeset.serialAfter)) {
      backs.push(inverseOf(changed))
      for (const record of records) {
        if (isMine(record)) continue
        const id = rrsetId(record)
        const known = mine.get(id)
        if (known === undefined) mine.set(id, [record])
        else known.push(record)
      }
      continue
    }
    const shared = records.find(isMine)
    if (shared === undefined) continue
    if (touches.length < MOST_NAMED) touches.push(touchText(entry, shared))
    else more++
  }
  return { backs, touches: more > 0 ? [...touches, `and ${more} more changes`] : touches }
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
