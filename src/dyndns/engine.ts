/**
 * The one engine behind all dialects: hosts and what is wished for them in, what became of each out.
 * All hosts of a zone are one commit on the road of every UPDATE; what changes nothing writes nothing.
 */
import type { WebIdentity } from '../access/web-identity.ts'
import { UpdateRights } from '../access/zone-policy.ts'
import { decide } from '../update/decide.ts'
import type { UpdateZone } from '../update/process.ts'
import { countsOf, type Counts } from '../update/usage.ts'
import type { UpdateResult } from '../update/verdict.ts'
import { DEFAULT_ALLOWANCE, type Allowance } from '../update/zone-budgets.ts'
import { Rcode, RrType } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import { foldedName, nameEquals, type Name } from '../wire/name.ts'
import type { Author } from '../zone/changeset.ts'
import { Draft } from '../zone/draft.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import { findRrset, type Node } from '../zone/node.ts'
import type { Decision, ZoneDraft, ZoneStore, ZoneView } from '../zone/zone.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { Allowances } from './allowances.ts'
import { changesFor, type HostWish } from './host-changes.ts'
import { textOf, unpublishable } from './published.ts'
import type { Throttles } from './throttles.ts'
import type { Family, Wish } from './wishes.ts'

/** A zone whose hosts web clients may change. */
export interface WebZone extends UpdateZone {
  /** Whether private addresses are published in it. */
  readonly takesPrivate: boolean
}

/** What a host has of addresses, by family. */
export type Addresses = Readonly<Record<Family, readonly string[]>>

export type HostResult =
  | {
      readonly kind: 'changed' | 'unchanged'
      readonly before: Addresses
      readonly after: Addresses
    }
  | {
      readonly kind: 'refused'
      /** Whether the token may not, or the zone's content stands in the way. */
      readonly isForbidden: boolean
      readonly why: string | undefined
    }
  /** In no zone that is this server's own: of a secondary one the primary takes updates. */
  | { readonly kind: 'unknown' }
  /** By the operator. */
  | { readonly kind: 'blocked' }

export type EngineResult =
  /** In the order of the wishes. */
  | { readonly kind: 'done'; readonly hosts: readonly HostResult[] }
  | { readonly kind: 'dnserr'; readonly why: string }
  | { readonly kind: 'busy'; readonly milliseconds: number; readonly why: string }

export interface Client {
  readonly identity: WebIdentity
  readonly address: string
  readonly author: Author
}

/** What there is to log of one zone. */
export interface ZoneEvent {
  readonly zone: UpdateZone
  readonly result: UpdateResult
}

export interface EngineParts {
  readonly zones: ZoneSet<WebZone>
  readonly store: ZoneStore
  readonly ttlSeconds: number
  readonly isBlocked: (host: Name) => boolean
  readonly throttles: Pick<Throttles, 'changes' | 'daily' | 'repeats'>
}

/** A zone of our own, that can be changed here. */
type OwnZone = WebZone & { readonly view: ZoneView }

interface Placed {
  readonly wish: HostWish
  readonly zone: OwnZone
}

/**
 * @param siblings hosts that follow a change of prefix, and of which nothing is said
 * @throws StoreError when it could not be put on disk
 */
export const applyWishes = async (
  parts: EngineParts,
  client: Client,
  wishes: readonly HostWish[],
  report: (event: ZoneEvent) => void,
): Promise<EngineResult> => {
  const known = wishes.flatMap((wish): Placed[] => {
    const zone = ownZone(parts, wish.name)
    return zone === undefined ? [] : [{ wish, zone }]
  })
  const why = firstUnpublishable(known)
  if (why !== undefined) return { kind: 'dnserr', why }
  const all = [...known, ...siblingsOf(parts, client, wishes)]
  const milliseconds = takeAllowances(parts, all)
  if (milliseconds > 0) return { kind: 'busy', milliseconds, why: 'too many updates of a host' }
  const results = new Map<HostWish, HostResult>()
  const zones = new Set(all.map(({ zone }) => zone))
  await Promise.all(
    Array.from(zones, async (zone) => {
      const own = all.filter((one) => one.zone === zone).map(({ wish }) => wish)
      const found = await applyInZone(parts, client, zone, own, report)
      own.forEach((wish, at) => results.set(wish, found[at] as HostResult))
    }),
  )
  const hosts = wishes.map((wish): HostResult => {
    const kind = parts.isBlocked(wish.name) ? 'blocked' : 'unknown'
    return results.get(wish) ?? { kind }
  })
  return { kind: 'done', hosts }
}

const ownZone = ({ zones, isBlocked }: EngineParts, name: Name): OwnZone | undefined => {
  if (isBlocked(name)) return undefined
  const zone = zones.enclosing(name)
  return zone !== undefined && zone.isSecondary !== true && isThere(zone) ? zone : undefined
}

const isThere = (zone: WebZone): zone is OwnZone => zone.view !== undefined

const firstUnpublishable = (placed: readonly Placed[]): string | undefined => {
  for (const { wish, zone } of placed) {
    for (const one of [wish.v4, wish.v6]) {
      if (one.kind !== 'set') continue
      for (const { octets } of one.addresses) {
        const why = unpublishable(octets, zone.takesPrivate)
        if (why !== undefined) return why
      }
    }
  }
  return undefined
}

/** The token's other hosts, where the network that they are all in has got another prefix. */
const siblingsOf = (
  parts: EngineParts,
  { identity }: Client,
  wishes: readonly HostWish[],
): Placed[] => {
  const prefix = wishes.map(({ v6 }) => ('prefix' in v6 ? v6.prefix : undefined)).find(Boolean)
  if (prefix === undefined) return []
  const v6: Wish = { kind: 'move', prefix }
  return identity.hosts.flatMap((name) => {
    const zone = ownZone(parts, name)
    const isNamed = wishes.some((wish) => nameEquals(wish.name, name))
    return zone === undefined || isNamed ? [] : [{ wish: { name, v4: { kind: 'keep' }, v6 }, zone }]
  })
}

/** All of them or none; @returns 0, or how long it is until there are. */
const takeAllowances = (parts: EngineParts, placed: readonly Placed[]): number => {
  const { changes, daily, repeats } = parts.throttles
  const taken: [Allowances, string][] = []
  for (const { wish, zone } of placed) {
    const host = foldedName(wish.name)
    const types = new Set(
      changesFor(nodeAt(zone, wish), wish, parts.ttlSeconds).map(({ type }) => type),
    )
    if (types.size === 0) taken.push([repeats, host])
    for (const type of types) taken.push([changes, `${type} ${host}`], [daily, `${type} ${host}`])
  }
  const wait = Math.max(0, ...taken.map(([allowances, id]) => allowances.wait(id)))
  if (wait === 0) for (const [allowances, id] of taken) allowances.take(id)
  return wait
}

const nodeAt = (zone: OwnZone, { name }: HostWish): Node | undefined =>
  zone.view.get(nameKeyOf(name))

const applyInZone = async (
  parts: EngineParts,
  { identity, address, author }: Client,
  zone: OwnZone,
  wishes: readonly HostWish[],
  report: (event: ZoneEvent) => void,
): Promise<readonly HostResult[]> => {
  const { store, ttlSeconds } = parts
  const isNew = (wish: HostWish) => changesFor(nodeAt(zone, wish), wish, ttlSeconds).length > 0
  if (!wishes.some(isNew)) return wishes.map((wish) => unchanged(nodeAt(zone, wish)))
  const rights = new UpdateRights(identity.policyIn(zone.policy), {
    key: undefined,
    token: identity.name,
    address,
    transport: 'tcp',
  })
  const allowance = zone.budgets?.allowanceFor(rights.requester)
  const asked = { rights, allowance, wishes, ttl: ttlSeconds }
  const { result, changeset } = await store.commit(zone.view, author, (draft) =>
    decideAll(draft, zone, asked),
  )
  report({ zone, result: { ...result.told, changeset } })
  return result.hosts
}

interface Decided {
  readonly hosts: readonly HostResult[]
  readonly told: Omit<UpdateResult, 'changeset'>
}

interface AskedOfZone {
  readonly rights: UpdateRights
  readonly allowance: Allowance | undefined
  readonly wishes: readonly HostWish[]
  readonly ttl: number
}

/** What is left when the hosts before this one have had theirs. */
const lessened = (allowance = DEFAULT_ALLOWANCE, spent: Counts): Allowance => ({
  ...allowance,
  shares: allowance.shares.map((share) => {
    const { names, records } = share.used
    return { ...share, used: { names: names + spent.names, records: records + spent.records } }
  }),
})

/** Each host on a draft of its own, so that one which is refused leaves the others alone. */
const decideAll = (
  draft: ZoneDraft,
  zone: UpdateZone,
  { rights, allowance, wishes, ttl }: AskedOfZone,
): Decision<Decided> => {
  const spent = { names: 0, records: 0 }
  const grants = new Set<string>()
  const hidden: string[] = []
  const refusals: Decided['told'][] = []
  const hosts = wishes.map((wish): HostResult => {
    const key = nameKeyOf(wish.name)
    const before = draft.get(key)
    const items = changesFor(before, wish, ttl)
    if (items.length === 0) return unchanged(before)
    const own = new Draft(draft)
    const asked = { prerequisites: NONE, changes: { items, refusal: undefined } }
    const decision = decide(own, zone.strict, rights, asked, lessened(allowance, spent))
    hidden.push(...decision.result.hidden)
    if (!decision.keep) {
      const { code, why } = decision.result
      refusals.push(decision.result)
      return {
        kind: 'refused',
        isForbidden: code === ExtendedErrorCode.PROHIBITED,
        why,
      }
    }
    for (const grant of decision.grants) grants.add(grant)
    for (const [changed, node] of own.changes) draft.set(changed, node)
    const [was, is] = [countsOf(before), countsOf(draft.get(key))]
    spent.names += is.names - was.names
    spent.records += is.records - was.records
    return { kind: 'changed', before: addressesOf(before), after: addressesOf(draft.get(key)) }
  })
  const isKept = hosts.some(({ kind }) => kind === 'changed')
  const reasons = refusals.map(({ why }) => why).join('; ')
  const why = reasons === '' ? undefined : reasons
  const [first] = refusals
  const told =
    first !== undefined && !isKept
      ? { ...first, why }
      : {
          rcode: Rcode.NOERROR,
          code: ExtendedErrorCode.OTHER,
          why,
          ignored: [],
          hidden,
          shadow: [...rights.shadows],
        }
  return { keep: isKept, grants: [...grants], result: { hosts, told } }
}

const NONE = { items: [], refusal: undefined }

const unchanged = (node: Node | undefined): HostResult => ({
  kind: 'unchanged',
  before: addressesOf(node),
  after: addressesOf(node),
})

const addressesOf = (node: Node | undefined): Addresses => ({
  4: (findRrset(node, RrType.A)?.rdatas ?? []).map(textOf),
  6: (findRrset(node, RrType.AAAA)?.rdatas ?? []).map(textOf),
})
