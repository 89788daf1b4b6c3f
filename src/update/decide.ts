/**
 * RFC 2136 §3.2 to §3.4.2 on a draft: prerequisites, and then each change in its turn, whether the
 * client may make it and what it does. What is not kept is dropped with the draft.
 */
import type { PlacedRule } from '../access/rule.ts'
import type { UpdateRights } from '../access/zone-policy.ts'
import { Rcode } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import type { Decision, ZoneDraft } from '../zone/zone.ts'
import { applyChange } from './apply.ts'
import { hiddenChanges } from './occlusion.ts'
import { crowdedRrset, permissionFor } from './permission.ts'
import { unmetPrerequisite } from './prerequisites.ts'
import type { Change, Prerequisite, Read } from './sections.ts'
import { Spending } from './spending.ts'
import { refusal, refused, type Refusal, type UpdateResult } from './verdict.ts'
import { DEFAULT_ALLOWANCE, type Allowance } from './zone-budgets.ts'

export interface Decided extends Omit<UpdateResult, 'changeset'> {
  /** The rules that allowed what was asked for so far, each once. */
  readonly rules: readonly PlacedRule[]
}

/** What an UPDATE asks for. */
export interface Asked {
  readonly prerequisites: Read<Prerequisite>
  readonly changes: Read<Change>
}

/** @param strict whether what nobody would see is refused instead of taken */
export const decide = (
  draft: ZoneDraft,
  strict: boolean,
  rights: UpdateRights,
  { prerequisites, changes }: Asked,
  allowance: Allowance = DEFAULT_ALLOWANCE,
): Decision<Decided> => {
  const used = new Set<PlacedRule>()
  const drop = (why: Refusal, hidden: readonly string[] = []): Decision<Decided> => {
    const result = { ...refused(why, rights.shadows), hidden, rules: [...used] }
    return { keep: false, grants: [], result }
  }
  const unmet = unmetPrerequisite(draft, prerequisites)
  if (unmet !== undefined) return drop(unmet)
  if (changes.refusal !== undefined) return drop(changes.refusal)
  const ignored: string[] = []
  const spending = new Spending(draft, allowance)
  for (const change of changes.items) {
    const permission = permissionFor(rights, draft, change)
    if (!permission.ok) return drop(permission.refusal)
    for (const rule of permission.rules) used.add(rule)
    spending.note(change.owner)
    const effect = applyChange(draft, change, allowance.budget)
    if (effect === undefined) continue
    if ('rcode' in effect) return drop(effect)
    const severe = permission.rules.find((rule) => rule.strict)
    if (severe !== undefined) return drop(notIgnored(severe, effect.ignored))
    ignored.push(effect.ignored)
  }
  const excess = crowdedRrset(rights, draft, changes.items) ?? spending.excess()
  if (excess !== undefined) return drop(excess)
  const hidden = hiddenChanges(draft, changes.items)
  const unseen = hiddenText(hidden)
  if (strict && unseen !== undefined) return drop(refusal(Rcode.REFUSED, unseen), hidden)
  const ignoredText = textOfIgnored(ignored, changes.items.length)
  const why = [ignoredText, unseen].filter((text) => text !== undefined).join('; ')
  const rules = [...used]
  return {
    keep: true,
    grants: rules.map(({ text }) => text),
    result: {
      rcode: Rcode.NOERROR,
      code: ExtendedErrorCode.OTHER,
      why: why === '' ? undefined : why,
      ignored,
      hidden,
      shadow: [...rights.shadows],
      rules,
    },
  }
}

const notIgnored = ({ number }: PlacedRule, ignored: string): Refusal =>
  refusal(Rcode.REFUSED, `${ignored}; rule ${number} is strict, so nothing was changed`)

const textOfIgnored = ([first, ...more]: readonly string[], count: number): string | undefined =>
  first && `${more.length + 1} of ${count} changes ignored: ${first}`

const hiddenText = ([first, ...more]: readonly string[]): string | undefined =>
  first && (more.length > 0 ? `${first} (and ${more.length} more)` : first)
