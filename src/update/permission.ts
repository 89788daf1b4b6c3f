/** RFC 2136 §3.3: whether the client may make a change, with the zone as it is then. */
import { refusalText, type RefusedChange } from '../access/refusal-text.ts'
import type { PlacedRule } from '../access/rule.ts'
import type { Ruling, UpdateRights } from '../access/zone-policy.ts'
import { Rcode, RrType } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import { findRrset } from '../zone/node.ts'
import type { ZoneDraft } from '../zone/zone.ts'
import { isKeptAtApex } from './apply.ts'
import type { Change } from './sections.ts'
import { refusal, type Refusal } from './verdict.ts'

/** The rules that allow the change, or the refusal. */
export type Permission =
  | { readonly ok: true; readonly rules: readonly PlacedRule[] }
  | { readonly ok: false; readonly refusal: Refusal }

export const permissionFor = (
  rights: UpdateRights,
  draft: Pick<ZoneDraft, 'apexKey' | 'get'>,
  change: Change,
): Permission => {
  const { owner } = change
  if (change.kind !== 'delete-name') return permissionForTypes(rights, change, [change.type])
  // A name that does not exist must not be told from one that the client may not touch.
  const byName = rights.rulingForName(owner)
  if (byName.kind !== 'allowed') return no(rights, { owner, type: RrType.ANY, count: 0 }, byName)
  const key = nameKeyOf(owner)
  const stays = (type: RrType): boolean => key === draft.apexKey && isKeptAtApex(type)
  const types = (draft.get(key)?.rrsets ?? []).map(({ type }) => type).filter((t) => !stays(t))
  return types.length === 0
    ? { ok: true, rules: [byName.rule] }
    : permissionForTypes(rights, change, types)
}

const permissionForTypes = (
  rights: UpdateRights,
  { owner }: Change,
  types: readonly RrType[],
): Permission => {
  const rules: PlacedRule[] = []
  for (const type of types) {
    const ruling = rights.ruling(owner, type)
    if (ruling.kind !== 'allowed') return no(rights, { owner, type, count: 0 }, ruling)
    rules.push(ruling.rule)
  }
  return { ok: true, rules }
}

/** The RRset with more records than the rules allow to be there after the UPDATE. */
export const crowdedRrset = (
  rights: UpdateRights,
  draft: Pick<ZoneDraft, 'get'>,
  changes: readonly Change[],
): Refusal | undefined => {
  if (!rights.isLimited) return undefined
  const seen = new Set<string>()
  for (const change of changes) {
    if (change.kind !== 'add') continue
    const { owner, type } = change
    const key = nameKeyOf(owner)
    const id = `${type} ${key}`
    if (seen.has(id)) continue
    seen.add(id)
    const count = findRrset(draft.get(key), type)?.rdatas.length ?? 0
    const ruling = rights.ruling(owner, type, count)
    if (ruling.kind !== 'allowed') return prohibited(rights, { owner, type, count }, ruling)
  }
  return undefined
}

/** Lets the rules in shadow see changes that nothing else is asked about. */
export const noteShadows = (rights: UpdateRights, changes: readonly Change[]): void => {
  for (const change of changes) {
    if (change.kind === 'delete-name') rights.rulingForName(change.owner)
    else rights.ruling(change.owner, change.type)
  }
}

const no = (
  rights: UpdateRights,
  change: RefusedChange,
  ruling: Exclude<Ruling, { kind: 'allowed' }>,
): Permission => ({ ok: false, refusal: prohibited(rights, change, ruling) })

/** RFC 8914 §4.19 */
const prohibited = (
  rights: UpdateRights,
  change: RefusedChange,
  ruling: Exclude<Ruling, { kind: 'allowed' }>,
): Refusal =>
  refusal(Rcode.REFUSED, refusalText(rights, change, ruling), ExtendedErrorCode.PROHIBITED)
