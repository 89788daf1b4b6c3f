/**
 * An UPDATE from its zone section to its verdict (RFC 2136 §3). The checks keep the RFC's order
 * but for permission (§3.3). Whether the client may change anything here at all is asked first,
 * because answers to prerequisites tell what exists; whether it may make a change is asked when
 * that one's turn has come, because what deleting a name takes away depends on those before it.
 */
import type { Principal } from '../access/principal.ts'
import { grantsOf, type Grant } from '../access/update-policy.ts'
import { nameToText } from '../text/name-text.ts'
import { Rcode, RrClass, RrType } from '../wire/codes.ts'
import type { Message } from '../wire/message.ts'
import type { Name } from '../wire/name.ts'
import type { Author } from '../zone/changeset.ts'
import type { Decision, ZoneDraft, ZoneStore, ZoneView } from '../zone/zone.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { applyChange } from './apply.ts'
import { hiddenChanges } from './occlusion.ts'
import { permissionFor } from './permission.ts'
import { unmetPrerequisite } from './prerequisites.ts'
import {
  readChanges,
  readPrerequisites,
  type Change,
  type Prerequisite,
  type Read,
} from './sections.ts'
import { refusal, refused, type Refusal, type UpdateResult } from './verdict.ts'

/** A zone that takes UPDATEs. */
export interface UpdateZone {
  readonly apex: Name
  /** Undefined while a secondary zone cannot be answered for. */
  readonly view: ZoneView | undefined
  readonly grants: readonly Grant[]
  /** Whether what nobody would see is refused instead of taken. */
  readonly strict: boolean
  /** Whether it is another server's, which takes the UPDATEs (RFC 2136 §6). */
  readonly isSecondary?: boolean
  /** Of a secondary zone: whether signed UPDATEs are handed on to that server. */
  readonly forward?: boolean
}

/**
 * @param message with opcode UPDATE, its signature checked
 * @throws StoreError when the change could not be put on disk: SERVFAIL (§3.4.2.1)
 */
export const processUpdate = async (
  message: Message,
  principal: Principal,
  author: Author,
  zones: ZoneSet<UpdateZone>,
  store: ZoneStore,
): Promise<UpdateResult> => {
  const target = findZone(message, zones)
  if ('rcode' in target) return refused(target)
  const { view } = target
  if (target.isSecondary === true || view === undefined) return refused(NOT_HERE)
  const grants = grantsOf(target.grants, principal)
  if (grants.length === 0) return refused(refusal(Rcode.REFUSED, 'no grant in this zone'))
  const { packet, answers, authorities } = message
  const prerequisites = readPrerequisites(packet, answers, target.apex)
  const changes = readChanges(packet, authorities, target.apex)
  const { result, changeset } = await store.commit(view, author, (draft) =>
    decide(draft, target.strict, grants, prerequisites, changes),
  )
  return { ...result, changeset }
}

/** §3.1 */
const findZone = (message: Message, zones: ZoneSet<UpdateZone>): UpdateZone | Refusal => {
  const [zone] = message.questions
  if (zone === undefined || message.questions.length !== 1) {
    return refusal(Rcode.FORMERR, 'the zone section is not one record')
  }
  if (zone.type !== RrType.SOA) return refusal(Rcode.FORMERR, 'the zone section is no SOA')
  const served = zone.class === RrClass.IN ? zones.get(zone.name) : undefined
  return served ?? refusal(Rcode.NOTAUTH, `${nameToText(zone.name)} is no zone of this server`)
}

const NOT_HERE = refusal(
  Rcode.REFUSED,
  'the zone is a secondary one here: its primary takes updates, and signed ones are forwarded there unless forward = false',
)

type Decided = Omit<UpdateResult, 'changeset'>

const drop = ({ rcode, why }: Refusal): Decision<Decided> => ({
  keep: false,
  grants: [],
  result: { rcode, why, ignored: [], hidden: [] },
})

/** §3.2 to §3.4.2, on the zone as it is when this UPDATE's turn has come. */
const decide = (
  draft: ZoneDraft,
  strict: boolean,
  grants: readonly Grant[],
  prerequisites: Read<Prerequisite>,
  changes: Read<Change>,
): Decision<Decided> => {
  const unmet = unmetPrerequisite(draft, prerequisites)
  if (unmet !== undefined) return drop(unmet)
  if (changes.refusal !== undefined) return drop(changes.refusal)
  const used = new Set<string>()
  const ignored: string[] = []
  for (const change of changes.items) {
    const permission = permissionFor(grants, draft, change)
    if (!permission.ok) return drop(permission.refusal)
    for (const grant of permission.grants) used.add(grant.text)
    const effect = applyChange(draft, change)
    if (effect === undefined) continue
    if ('rcode' in effect) return drop(effect)
    ignored.push(effect.ignored)
  }
  const hidden = hiddenChanges(draft, changes.items)
  if (strict && hidden[0] !== undefined) {
    const dropped = drop(refusal(Rcode.REFUSED, hidden[0]))
    return { ...dropped, result: { ...dropped.result, hidden } }
  }
  return {
    keep: true,
    grants: [...used],
    result: { rcode: Rcode.NOERROR, why: undefined, ignored, hidden },
  }
}
