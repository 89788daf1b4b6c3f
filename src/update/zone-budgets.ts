/**
 * The budgets that hold in one zone, and what is used of them: how often each key may change it, how
 * much there may be at the names that the key's rules reach, and how much in the zone as a whole.
 */
import { DEFAULT_BUDGET, type Budget } from '../access/budget.ts'
import type { Requester } from '../access/requester.ts'
import { matchesName, type PlacedRule } from '../access/rule.ts'
import type { UpdateRates } from '../access/update-rates.ts'
import type { ZonePolicy } from '../access/zone-policy.ts'
import { nameToText } from '../text/name-text.ts'
import { Rcode } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import { foldedName, type Name } from '../wire/name.ts'
import type { ZoneView } from '../zone/zone.ts'
import type { Counts, Usage } from './usage.ts'
import { refusal, type Refusal } from './verdict.ts'

/** How much there may be; undefined for no limit. */
export interface Ceiling {
  readonly names: number | undefined
  readonly records: number | undefined
}

export interface KeyBudget {
  readonly name: Name
  readonly budget: Budget
}

/** By the folded names of the keys. */
export type KeyBudgets = ReadonlyMap<string, KeyBudget>

export const keyBudgetsOf = (budgets: readonly KeyBudget[]): KeyBudgets =>
  new Map(budgets.map((one) => [foldedName(one.name), one]))

/** Something that fills up. */
export interface Share {
  /** Whose it is, in words. */
  readonly who: string
  readonly most: Ceiling
  /** As of the last change that was decided. */
  readonly used: Counts
}

/** What one requester may use up. */
export interface Allowance {
  readonly budget: Budget
  /** Who it is, in words. */
  readonly who: string
  readonly shares: readonly Share[]
}

/** Where the operator says nothing. */
export const DEFAULT_ALLOWANCE: Allowance = { budget: DEFAULT_BUDGET, who: 'a client', shares: [] }

const WHOLE_ZONE = 'zone'

export class ZoneBudgets {
  private readonly policy: ZonePolicy
  private readonly keys: KeyBudgets
  private readonly ceiling: Ceiling
  private readonly usage: Usage
  private readonly rates: UpdateRates
  private isWatching = false

  constructor(
    policy: ZonePolicy,
    keys: KeyBudgets,
    ceiling: Ceiling,
    usage: Usage,
    rates: UpdateRates,
  ) {
    this.policy = policy
    this.keys = keys
    this.ceiling = ceiling
    this.usage = usage
    this.rates = rates
  }

  /** Counts what is limited, once: this reads the zone. */
  watch(view: ZoneView): void {
    if (this.isWatching) return
    this.isWatching = true
    const wanted = new Map<string, (owner: Name) => boolean>()
    if (isLimited(this.ceiling)) wanted.set(WHOLE_ZONE, () => true)
    for (const { name, budget } of this.keys.values()) {
      if (!isLimited(budget)) continue
      const rules = this.rulesOf(name)
      // Rules for many keys, and for anyone, are this key's as well.
      if (rules.length === 0) continue
      wanted.set(partOf(name, rules), (owner) => rules.some((rule) => reaches(rule, owner, name)))
    }
    this.usage.watchOnly(view, wanted)
  }

  /** Takes one UPDATE from what the key has left of its rate, or says that there is none. */
  late({ key }: Requester): Refusal | undefined {
    const rate = this.budgetOf(key)?.rate
    if (key === undefined || rate === undefined) return undefined
    const milliseconds = this.rates.take(foldedName(key), rate)
    if (milliseconds === 0) return undefined
    const often = `${rate.perMinute} updates a minute`
    const why = `key ${nameToText(key)} may send ${often}: the next in ${milliseconds / 1000} s`
    return refusal(Rcode.REFUSED, why, ExtendedErrorCode.PROHIBITED)
  }

  allowanceFor({ key }: Requester): Allowance {
    const shares: Share[] = []
    const zone = this.usage.of(this.policy.apex, WHOLE_ZONE)
    const apex = nameToText(this.policy.apex)
    if (zone !== undefined) shares.push({ who: `zone ${apex}`, most: this.ceiling, used: zone })
    const budget = this.budgetOf(key)
    if (key === undefined || budget === undefined) return { ...DEFAULT_ALLOWANCE, shares }
    const who = `key ${nameToText(key)}`
    const used = this.usage.of(this.policy.apex, partOf(key, this.rulesOf(key)))
    if (used !== undefined) shares.push({ who: `${who} in zone ${apex}`, most: budget, used })
    return { budget, who, shares }
  }

  private budgetOf(key: Name | undefined): Budget | undefined {
    return key && this.keys.get(foldedName(key))?.budget
  }

  /** Those that let the key change something. */
  private rulesOf(key: Name): readonly PlacedRule[] {
    return this.policy
      .rulesFor(key)
      .filter(({ deny, shadow, rights }) => !deny && !shadow && rights.has('update'))
  }
}

const isLimited = ({ names, records }: Ceiling): boolean =>
  names !== undefined || records !== undefined

/** From one address or another, a rule of `tcp-self` is for every name that it may be about. */
const reaches = (rule: PlacedRule, owner: Name, key: Name): boolean =>
  rule.match.kind === 'tcp-self' || matchesName(rule, owner, key, undefined)

/** Named for what it covers too: rules that changed are counted anew. */
const partOf = (key: Name, rules: readonly PlacedRule[]): string =>
  [foldedName(key), ...rules.map(({ text }) => text)].join('\n')
