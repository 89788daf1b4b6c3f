/**
 * The rules of a zone in the order of the operator's file: the first that matches decides, and what
 * none allows is refused.
 */
import { foldedName, type Name } from '../wire/name.ts'
import { RrType, rrTypeOf, rrTypeName } from '../wire/codes.ts'
import { nameToText } from '../text/name-text.ts'
import type { Requester } from './requester.ts'
import { reverseNameOf } from './reverse-name.ts'
import {
  holdsFor,
  isForKey,
  isServerOwned,
  isWildcard,
  limitOf,
  matchesName,
  placedRule,
  type AddressSet,
  type PlacedRule,
  type Rule,
} from './rule.ts'

/** Who may transfer a zone, besides those to whom a rule gives it. */
export type TransferAllowance =
  | { readonly kind: 'key'; readonly key: Name }
  | { readonly kind: 'network'; readonly network: AddressSet }

export class ZonePolicy {
  readonly apex: Name
  readonly rules: readonly PlacedRule[]
  readonly transfer: readonly TransferAllowance[]
  /** The keys that the rules name, `*.NAME` among them, in presentation format and each once. */
  readonly keys: readonly string[]
  private readonly byKey = new Map<string, PlacedRule[]>()
  /** For anyone, or for more than one key. */
  private readonly general: readonly PlacedRule[]

  constructor(apex: Name, rules: readonly Rule[], transfer: readonly TransferAllowance[] = []) {
    this.apex = apex
    this.rules = rules.map((rule, index) => placedRule(rule, index + 1))
    this.transfer = transfer
    const keys = rules.flatMap(({ key }) => (key === undefined ? [] : [nameToText(key)]))
    this.keys = [...new Set(keys)]
    this.general = this.rules.filter(({ key }) => key === undefined || isWildcard(key))
    for (const rule of this.rules) {
      if (rule.key === undefined || isWildcard(rule.key)) continue
      const id = foldedName(rule.key)
      this.byKey.set(id, [...(this.byKey.get(id) ?? []), rule])
    }
  }

  /** The rules that are for the key or for anyone, conditions aside, in order. */
  rulesFor(key: Name | undefined): readonly PlacedRule[] {
    const own = (key && this.byKey.get(foldedName(key))) ?? []
    if (this.general.length === 0) return own
    const general = this.general.filter((rule) => isForKey(rule, key))
    return [...own, ...general].sort((a, b) => a.number - b.number)
  }

  /** Whether a rule lets this key update the zone, and not anyone as well. */
  namesKey(key: Name): boolean {
    const own = this.byKey.get(foldedName(key)) ?? []
    return (
      own.some(allowsUpdates) ||
      this.general.some(
        (rule) => rule.key !== undefined && isForKey(rule, key) && allowsUpdates(rule),
      )
    )
  }
}

const allowsUpdates = ({ deny, shadow, rights }: Rule): boolean =>
  !deny && !shadow && rights.has('update')

/** Whether no rule behind it can give anything. */
const deniesAll = ({ deny, shadow, match, types }: Rule): boolean =>
  deny && !shadow && match.kind === 'zonesub' && (types.size === 0 || types.has(RrType.ANY))

/** What the rules say to one change, and which of them decides. */
export type Ruling =
  | { readonly kind: 'allowed'; readonly rule: PlacedRule }
  | { readonly kind: 'denied'; readonly rule: PlacedRule }
  | { readonly kind: 'server-owned' }
  | { readonly kind: 'unmatched' }

const SERVER_OWNED: Ruling = { kind: 'server-owned' }
const UNMATCHED: Ruling = { kind: 'unmatched' }

/** What one requester may change in a zone. */
export class UpdateRights {
  readonly policy: ZonePolicy
  readonly requester: Requester
  /** The name of the requester's address in the reverse zones. */
  readonly reverse: Name | undefined
  /** What the rules in shadow would have decided, in words, of what was asked so far. */
  readonly shadows = new Set<string>()
  /** Rules about updates that are for the requester's key or for anyone, conditions aside. */
  readonly known: readonly PlacedRule[]
  /** Those of them that hold for the way that the request came; those in shadow are among them. */
  private readonly holding: readonly PlacedRule[]
  /** The first of those that gives something, or denies everything. */
  private readonly opening: PlacedRule | undefined
  private telling: ReadonlySet<RrType> | undefined

  constructor(policy: ZonePolicy, requester: Requester) {
    this.policy = policy
    this.requester = requester
    this.known = policy.rulesFor(requester.key).filter(({ rights }) => rights.has('update'))
    this.holding = this.known.filter((rule) => holdsFor(rule, requester))
    this.opening = this.holding.find((rule) => allowsUpdates(rule) || deniesAll(rule))
    const isReverse = this.known.some(({ match }) => match.kind === 'tcp-self')
    this.reverse = isReverse ? reverseNameOf(requester.address) : undefined
  }

  /** Whether rules in shadow may have something to say. */
  get isShadowed(): boolean {
    return this.holding.some(({ shadow }) => shadow)
  }

  /** Whether the number of records may count. */
  get isLimited(): boolean {
    return this.holding.some((rule) => rule.isLimited)
  }

  /** Whether there is anything that the requester may change; one with nothing learns nothing. */
  get any(): boolean {
    return this.opening !== undefined && !this.opening.deny
  }

  /** The rule that denies everything before any other gives something. */
  get wall(): PlacedRule | undefined {
    return this.any ? undefined : this.opening
  }

  /**
   * The first rule that matches decides.
   * @param count records of the type that the name would have: a rule that takes fewer is passed over
   */
  ruling(owner: Name, type: RrType, count = 0): Ruling {
    return this.decide(owner, type, count, () => `${rrTypeName(type)} at ${nameToText(owner)}`)
  }

  /** The ruling for a name that has no data: allowed where some type is. */
  rulingForName(owner: Name): Ruling {
    let ruling = UNMATCHED
    this.telling ??= this.tellingTypes()
    for (const type of this.telling) {
      const one = this.decide(owner, type, 0, () => `a deletion of ${nameToText(owner)}`)
      if (one.kind === 'allowed') return one
      if (one.kind === 'denied') ruling = one
    }
    return ruling
  }

  private decide(owner: Name, type: RrType, count: number, what: () => string): Ruling {
    if (isServerOwned(type)) return SERVER_OWNED
    const id = foldedName(owner)
    for (const rule of this.holding) {
      // Of hundreds of rules most are for another name, and this sorts them out at once.
      if (rule.exactly !== undefined && rule.exactly !== id) continue
      const limit = limitOf(rule, type)
      if (limit === undefined || (!rule.deny && count > limit)) continue
      if (!matchesName(rule, owner, this.requester.key, this.reverse)) continue
      if (!rule.shadow) return { kind: rule.deny ? 'denied' : 'allowed', rule }
      const verb = rule.deny ? 'refused' : 'allowed'
      this.shadows.add(`rule ${rule.number} would have ${verb} ${what()}`)
    }
    return UNMATCHED
  }

  /** Types that stand for all: those that a rule names, those that must be named, and another. */
  private tellingTypes(): Set<RrType> {
    const types = new Set<RrType>([RrType.NS, RrType.SOA])
    for (const rule of this.holding) for (const type of rule.types.keys()) types.add(type)
    types.delete(RrType.ANY)
    let other = LAST_TYPE
    while (types.has(rrTypeOf(other))) other--
    return types.add(rrTypeOf(other))
  }
}

/** RFC 6895 §3.1: for private use, so that few rules name it. */
const LAST_TYPE = 65534
