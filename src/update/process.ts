/**
 * An UPDATE from its zone section to its verdict (RFC 2136 §3). The checks keep the RFC's order
 * but for permission (§3.3). Whether the client may change anything here at all is asked first,
 * because answers to prerequisites tell what exists; whether it may make a change is asked when
 * that one's turn has come, because what deleting a name takes away depends on those before it.
 */
import type { Requester } from '../access/requester.ts'
import { UpdateRights, type ZonePolicy } from '../access/zone-policy.ts'
import { Rcode, RrClass, rrClassName, RrType } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import type { Message } from '../wire/message.ts'
import type { Name } from '../wire/name.ts'
import type { Author } from '../zone/changeset.ts'
import type { Decide, Outcome, ZoneStore, ZoneView } from '../zone/zone.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { decide, type Decided } from './decide.ts'
import { nothingAllowed, notServed } from './early-refusals.ts'
import { noteShadows } from './permission.ts'
import {
  readChanges,
  readPrerequisites,
  type Change,
  type Prerequisite,
  type Read,
} from './sections.ts'
import { withTtls } from './ttl-bounds.ts'
import { refusal, refused, type Refusal, type UpdateResult } from './verdict.ts'
import type { ZoneBudgets } from './zone-budgets.ts'

/** Who may change what in a zone. */
export interface GuardedZone {
  readonly apex: Name
  readonly policy: ZonePolicy
  /** Whether what nobody would see is refused instead of taken. */
  readonly strict: boolean
  /** What clients may use up, where the operator says so. */
  readonly budgets?: ZoneBudgets
}

/** A zone that takes UPDATEs. */
export interface UpdateZone extends GuardedZone {
  /** Undefined while a secondary zone cannot be answered for. */
  readonly view: ZoneView | undefined
  /** Whether it is another server's, which takes the UPDATEs (RFC 2136 §6). */
  readonly isSecondary?: boolean
  /** Of a secondary zone: whether signed UPDATEs are handed on to that server. */
  readonly forward?: boolean
}

export const NOT_HERE = refusal(
  Rcode.REFUSED,
  'the zone is a secondary one here: its primary takes updates, and signed ones are forwarded there unless forward = false',
)

/**
 * @param message with opcode UPDATE, its signature checked
 * @throws StoreError when the change could not be put on disk: SERVFAIL (§3.4.2.1)
 */
export const processUpdate = async (
  message: Message,
  requester: Requester,
  author: Author,
  zones: ZoneSet<UpdateZone>,
  store: ZoneStore,
): Promise<UpdateResult> => {
  const target = findZone(message, zones)
  if ('rcode' in target) return refused(target)
  const { view } = target
  if (target.isSecondary === true || view === undefined) return refused(NOT_HERE)
  const rights = new UpdateRights(target.policy, requester)
  const { packet, answers, authorities } = message
  const sections = {
    prerequisites: () => readPrerequisites(packet, answers, target.apex),
    changes: () => readChanges(packet, authorities, target.apex),
  }
  return updateZone(target, rights, zones, sections, (decided) =>
    store.commit(view, author, decided),
  )
}

/** What is asked for, each part read when its turn has come. */
export interface Sections {
  prerequisites(): Read<Prerequisite>
  changes(): Read<Change>
}

/** Where it is decided: on a draft of the store's that is kept, or on one that is dropped. */
export type Commit = (decided: Decide<Decided>) => Promise<Outcome<Decided>>

/** All that comes behind the zone section, in whatever way the request came. */
export const updateZone = async (
  target: GuardedZone,
  rights: UpdateRights,
  zones: ZoneSet<GuardedZone>,
  sections: Sections,
  commit: Commit,
): Promise<UpdateResult> => {
  if (!rights.any) {
    // Nothing but a rule in shadow asks what the changes would have been.
    if (rights.isShadowed) noteShadows(rights, sections.changes().items)
    return refused(nothingAllowed(rights, zones), rights.shadows)
  }
  const { requester } = rights
  const late = target.budgets?.late(requester)
  if (late !== undefined) return refused(late, rights.shadows)
  const allowance = target.budgets?.allowanceFor(requester)
  const prerequisites = sections.prerequisites()
  const changes = withTtls(sections.changes(), allowance)
  const { result, changeset } = await commit((draft) =>
    decide(draft, target.strict, rights, { prerequisites, changes }, allowance),
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
  if (zone.class !== RrClass.IN) {
    const why = `zones of class ${rrClassName(zone.class)} are not served here`
    return refusal(Rcode.NOTAUTH, why, ExtendedErrorCode.NOT_AUTHORITATIVE)
  }
  const served = zones.get(zone.name)
  if (served !== undefined) return served
  const names = [...message.authorities, ...message.answers].map(({ owner }) => owner)
  return notServed(zone.name, names, zones)
}
