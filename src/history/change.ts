/**
 * A change that was computed from the zone as it was read, committed to the zone as it is now: whole,
 * or not at all and why not. What happened in between decides: the commit itself looks at it.
 */
import { nameToText } from '../text/name-text.ts'
import { rrTypeName } from '../wire/codes.ts'
import type { Author, Changeset, ZoneRecord } from '../zone/changeset.ts'
import { Draft, type NodeSource } from '../zone/draft.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { applyPatch, inverseOf, setSerial, withoutSerials, type Patch } from '../zone/patch.ts'
import type { Serial } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { Decision, JournalEntry, ZoneDraft, ZoneStore, ZoneView } from '../zone/zone.ts'
import { lacking, nodeProblem } from '../zone/zone-contents.ts'

export interface WantedChange {
  /** The serial of the zone that it was computed from. */
  readonly since: Serial
  readonly patch: Patch
  /** Whether all else has to be as it was then, too: what changed meanwhile is taken back. */
  readonly isWhole: boolean
  /** What becomes of the zone file that was applied last. */
  readonly applied?: Patch | undefined
}

export interface Committed {
  /** Why it was not done. */
  readonly refusal: string | undefined
  readonly changeset: Changeset | undefined
}

/** Of a zone whose primary is another server. */
export const NOT_HERE =
  'is a secondary zone here: change it at its primary, or livezone promote it first'

/** Entries that may have come since the change was computed: they are read while updates wait. */
const MOST_MEANWHILE = 10_000

/**
 * @param command what the operator typed, for the history
 * @throws StoreError when it could not be put on disk
 */
export const commitChange = async (
  store: ZoneStore,
  view: ZoneView,
  author: Author,
  command: string,
  change: WantedChange,
): Promise<Committed> => {
  const { result, changeset } = await store.commit(view, author, (draft, earlier) => {
    const since = entriesSince(store, view, change.since, earlier)
    const refusal = since === undefined ? TOO_LATE : refusalOf(draft, since, change)
    const keep = refusal === undefined
    const decision: Decision<string | undefined> = { keep, grants: [command], result: refusal }
    return change.applied === undefined
      ? decision
      : { ...decision, applied: fileAfter(store, view, change.applied) }
  })
  return { refusal: result, changeset }
}

const TOO_LATE = 'too much has changed in the zone meanwhile: try again'

/** The oldest first; undefined when they are too many, or not known any more. */
const entriesSince = (
  store: ZoneStore,
  view: ZoneView,
  serial: Serial,
  earlier: readonly JournalEntry[],
): readonly JournalEntry[] | undefined => {
  if (!store.reaches(view, serial)) return undefined
  const entries: JournalEntry[] = []
  for (const entry of store.journal(view, { after: serial })) {
    if (entries.push(entry) > MOST_MEANWHILE) return undefined
  }
  return [...entries, ...earlier]
}

/** Does it on the draft, or says why it cannot be done. */
const refusalOf = (
  draft: ZoneDraft,
  meanwhile: readonly JournalEntry[],
  { patch, isWhole }: WantedChange,
): string | undefined => {
  const serial = serialOfApex(draft.get(draft.apexKey))
  if (isWhole) {
    for (const { changeset } of meanwhile.toReversed()) applyPatch(draft, inverseOf(changeset))
  } else {
    for (const entry of meanwhile) {
      const shared = sharedRrset(entry.changeset, patch)
      if (shared !== undefined) return `meanwhile ${touchText(entry, shared)}: try again`
    }
  }
  applyPatch(draft, patch)
  const keys = [patch, ...meanwhile.map(({ changeset }) => changeset)].flatMap(keysOf)
  const problem = problemIn(draft, keys)
  if (problem === undefined) setSerial(draft, serial)
  return problem
}

export const keysOf = ({ removed, added }: Patch): NameKey[] =>
  [...removed, ...added].map(({ owner }) => nameKeyOf(owner))

/** Why the zone could not be served with these nodes as they are in the draft. */
export const problemIn = (draft: NodeSource, keys: Iterable<NameKey>): string | undefined => {
  for (const key of new Set([draft.apexKey, ...keys])) {
    const node = draft.get(key)
    if (node === undefined) continue
    const problem = nodeProblem(draft.apex, node)
    if (problem !== undefined) return `${nameToText(node.owner)}: ${problem}`
  }
  const problem = lacking(draft.get(draft.apexKey))
  return problem && `that cannot be: ${problem}`
}

/** The RRset that it belongs to; owners are compared whatever their case. */
export const rrsetId = ({ owner, type }: ZoneRecord): string => `${type} ${nameKeyOf(owner)}`

/** A record of the first whose RRset the other changes, too; serials are not looked at. */
const sharedRrset = (changeset: Changeset, patch: Patch): ZoneRecord | undefined => {
  const ids = new Set([...patch.removed, ...patch.added].map(rrsetId))
  const { removed, added } = withoutSerials(changeset)
  return [...removed, ...added].find((record) => ids.has(rrsetId(record)))
}

/** `key:dhcp. changed www.dyn.example. A (serial 17)` */
export const touchText = (
  { author, changeset }: JournalEntry,
  { owner, type }: Pick<ZoneRecord, 'owner' | 'type'>,
): string => {
  const rrset = `${nameToText(owner)} ${rrTypeName(type)}`
  return `${author.principal} changed ${rrset} (serial ${changeset.serialAfter})`
}

const fileAfter = (store: ZoneStore, view: ZoneView, patch: Patch): Draft['changes'] => {
  const { apex, apexKey } = view
  const file = new Draft(store.appliedFile(view) ?? { apex, apexKey, get: () => undefined })
  applyPatch(file, patch)
  return file.changes
}
