/** RFC 2136 §3.3: whether the client may make a change, with the zone as it is then. */
import { grantFor, grantForName, refusalText, type Grant } from '../access/update-policy.ts'
import { nameToText } from '../text/name-text.ts'
import { Rcode, RrType } from '../wire/codes.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import type { ZoneDraft } from '../zone/zone.ts'
import { isKeptAtApex } from './apply.ts'
import type { Change } from './sections.ts'
import { refusal, type Refusal } from './verdict.ts'

/** The grants that allow the change, or the refusal. */
export type Permission =
  | { readonly ok: true; readonly grants: readonly Grant[] }
  | { readonly ok: false; readonly refusal: Refusal }

/** @param grants those of the client */
export const permissionFor = (
  grants: readonly Grant[],
  draft: ZoneDraft,
  change: Change,
): Permission => {
  const { owner } = change
  if (change.kind !== 'delete-name') return permissionForTypes(grants, change, [change.type])
  // A name that does not exist must not be told from one that the client may not touch.
  const byName = grantForName(grants, owner)
  if (byName === undefined) return permissionForTypes(grants, change, [RrType.ANY])
  const key = nameKeyOf(owner)
  const stays = (type: RrType): boolean => key === draft.apexKey && isKeptAtApex(type)
  const types = (draft.get(key)?.rrsets ?? []).map(({ type }) => type).filter((t) => !stays(t))
  return types.length === 0
    ? { ok: true, grants: [byName] }
    : permissionForTypes(grants, change, types)
}

const permissionForTypes = (
  grants: readonly Grant[],
  { owner }: Change,
  types: readonly RrType[],
): Permission => {
  const used: Grant[] = []
  for (const type of types) {
    const grant = grantFor(grants, owner, type)
    if (grant === undefined) {
      const why = refusalText(nameToText(owner), type)
      return { ok: false, refusal: refusal(Rcode.REFUSED, why) }
    }
    used.push(grant)
  }
  return { ok: true, grants: used }
}
