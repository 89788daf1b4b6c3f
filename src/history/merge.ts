/**
 * A hand-edited master file laid into the live zone, three ways: what the file changed against its last
 * applied state is done, what clients changed meanwhile stays, and where both changed an RRset
 * differently somebody has to say which of them is meant.
 */
import { nameToText } from '../text/name-text.ts'
import { rrTypeName, RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { recordsOnlyIn, type ZoneRecord } from '../zone/changeset.ts'
import { Draft } from '../zone/draft.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { excludesCname, findRrset, keepRrsets, withRrset, type Node } from '../zone/node.ts'
import { isEmptyPatch, patchOf, withoutSerials, type Patch } from '../zone/patch.ts'
import { sameRdatas, type Rrset } from '../zone/rrset.ts'
import { serialOf } from '../zone/serial.ts'
import { serialOfApex, withSoaSerial } from '../zone/soa.ts'
import type { ZoneView } from '../zone/zone.ts'
import { hasCnameConflict } from '../zone/zone-contents.ts'
import type { WantedChange } from './change.ts'
import { recordLine } from './patch-text.ts'

/** A zone file as nodes: what was applied last, or what is to be. */
export type FileView = Pick<ZoneView, 'get' | 'nodes'>

/** Who is right where file and zone changed the same RRset differently. */
export type Side = 'file' | 'zone'

export interface MergePlan {
  readonly change: WantedChange
  /** Each with what the file had, what it has, and what the zone has. */
  readonly conflicts: readonly string[]
  /** Whether zone and remembered file both are what they should be. */
  readonly isNothing: boolean
}

/**
 * @param base the file as it was applied last; undefined when none is known, and then nothing is taken
 * to have been removed from it
 */
export const planMerge = (
  zone: ZoneView,
  base: FileView | undefined,
  file: FileView,
  prefer: Side | undefined,
): MergePlan => {
  const draft = new Draft(zone)
  const conflicts: string[] = []
  for (const owner of ownersOfBoth(base, file)) {
    const key = nameKeyOf(owner)
    const versions = { owner, base: base?.get(key), file: file.get(key), live: zone.get(key) }
    conflicts.push(...mergeNode(draft, key, versions, prefer))
  }
  return planOf(zone, draft, base, file, false, conflicts)
}

/** Makes the zone equal to the file, whatever clients have registered. */
export const planReplace = (
  zone: ZoneView,
  base: FileView | undefined,
  file: FileView,
): MergePlan => {
  const draft = new Draft(zone)
  for (const owner of ownersOfBoth(zone, file)) {
    const key = nameKeyOf(owner)
    const [before, after] = [zone.get(key), file.get(key)]
    if (recordsOnlyIn(before, after).length + recordsOnlyIn(after, before).length > 0) {
      draft.set(key, after)
    }
  }
  return planOf(zone, draft, base, file, true, [])
}

const planOf = (
  zone: ZoneView,
  draft: Draft,
  base: FileView | undefined,
  file: FileView,
  isWhole: boolean,
  conflicts: readonly string[],
): MergePlan => {
  const patch = patchOf(zone, draft)
  const applied = differenceOf(base, file)
  const since = serialOfApex(zone.get(zone.apexKey))
  const isNothing = isEmptyPatch(patch) && isEmptyPatch(withoutSerials(applied))
  return { change: { since, patch, isWhole, applied }, conflicts, isNothing }
}

function* ownersOfBoth(a: FileView | undefined, b: FileView): Generator<Name> {
  for (const { owner } of b.nodes()) yield owner
  for (const { owner } of a?.nodes() ?? []) {
    if (b.get(nameKeyOf(owner)) === undefined) yield owner
  }
}

const differenceOf = (before: FileView | undefined, after: FileView): Patch => {
  const removed: ZoneRecord[] = []
  const added: ZoneRecord[] = []
  for (const owner of ownersOfBoth(before, after)) {
    const key = nameKeyOf(owner)
    const [old, now] = [before?.get(key), after.get(key)]
    for (const record of recordsOnlyIn(old, now)) removed.push(record)
    for (const record of recordsOnlyIn(now, old)) added.push(record)
  }
  return { removed, added }
}

/** One name three times: as the file had it, as it has it, and as the zone has it. */
interface Versions {
  readonly owner: Name
  readonly base: Node | undefined
  readonly file: Node | undefined
  readonly live: Node | undefined
}

/** Takes over what the file changed at one name; gives the conflicts that nobody has decided. */
const mergeNode = (
  draft: Draft,
  key: NameKey,
  versions: Versions,
  prefer: Side | undefined,
): string[] => {
  const { owner, base, file, live } = versions
  const conflicts: string[] = []
  const types = new Set([...(base?.rrsets ?? []), ...(file?.rrsets ?? [])].map(({ type }) => type))
  for (const type of types) {
    const [had, has, is] = [base, file, live].map((node) => findRrset(node, type))
    if (sameRrset(had, has) || sameRrset(is, has)) continue
    if (!sameRrset(is, had) && prefer !== 'file') {
      if (prefer === undefined) conflicts.push(conflictText(versions, type))
      continue
    }
    const node = draft.get(key)
    const others = node && keepRrsets(node, (rrset) => rrset.type !== type)
    draft.set(key, has === undefined ? others : withRrset(node, owner, has))
  }
  return [...conflicts, ...settleCname(draft, key, versions, prefer)]
}

/** RFC 1034 §3.6.2: a CNAME of the one and other data of the other are a conflict of the whole name. */
const settleCname = (
  draft: Draft,
  key: NameKey,
  versions: Versions,
  prefer: Side | undefined,
): string[] => {
  const node = draft.get(key)
  if (node === undefined || findRrset(node, RrType.CNAME) === undefined) return []
  if (!hasCnameConflict(node, RrType.CNAME)) return []
  if (prefer === undefined) return [conflictText(versions, undefined)]
  if (prefer === 'zone') {
    draft.set(key, versions.live)
    return []
  }
  const isAlias = findRrset(versions.file, RrType.CNAME) !== undefined
  draft.set(
    key,
    keepRrsets(node, ({ type }) => (isAlias ? !excludesCname(type) : type !== RrType.CNAME)),
  )
  return []
}

/** The same records and TTL, however they are spelled; of a SOA the serial does not matter. */
const sameRrset = (a: Rrset | undefined, b: Rrset | undefined): boolean => {
  if (a === undefined || b === undefined) return a === b
  return a.ttl === b.ttl && sameRdatas(a.type, comparable(a), comparable(b))
}

const comparable = ({ type, rdatas }: Rrset): readonly Uint8Array[] =>
  type === RrType.SOA ? rdatas.map((rdata) => withSoaSerial(rdata, serialOf(0))) : rdatas

const conflictText = ({ owner, base, file, live }: Versions, type: RrType | undefined): string => {
  const name = nameToText(owner)
  const rows = [
    ...versionLines('the file had', base, type),
    ...versionLines('the file has', file, type),
    ...versionLines('the zone has', live, type),
  ]
  const head =
    type === undefined ? `${name} (a CNAME takes no other data)` : `${name} ${rrTypeName(type)}`
  return [head, ...rows].join('\n  ')
}

const versionLines = (who: string, node: Node | undefined, type: RrType | undefined): string[] => {
  const shown = node && keepRrsets(node, (rrset) => type === undefined || rrset.type === type)
  const lines = recordsOnlyIn(shown, undefined).map(recordLine)
  return (lines.length === 0 ? ['nothing'] : lines).map((line) => `${who}: ${line}`)
}
