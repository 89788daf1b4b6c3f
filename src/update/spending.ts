/** What one UPDATE does to the counts of names and records, and whether its budgets have room for that. */
import { Rcode } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import type { Name } from '../wire/name.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import type { ZoneDraft } from '../zone/zone.ts'
import { countsOf, type Counts } from './usage.ts'
import { refusal, type Refusal } from './verdict.ts'
import type { Allowance, Share } from './zone-budgets.ts'

export class Spending {
  private readonly draft: Pick<ZoneDraft, 'get'>
  private readonly shares: readonly Share[]
  private readonly before = new Map<NameKey, Counts>()

  constructor(draft: Pick<ZoneDraft, 'get'>, { shares }: Allowance) {
    this.draft = draft
    this.shares = shares
  }

  /** To be called before each change at the name. */
  note(owner: Name): void {
    if (this.shares.length === 0) return
    const key = nameKeyOf(owner)
    if (!this.before.has(key)) this.before.set(key, countsOf(this.draft.get(key)))
  }

  /** What takes away is never too much, whatever there is. */
  excess(): Refusal | undefined {
    let [names, records] = [0, 0]
    for (const [key, was] of this.before) {
      const is = countsOf(this.draft.get(key))
      names += is.names - was.names
      records += is.records - was.records
    }
    for (const { who, most, used } of this.shares) {
      const over =
        excessOf(who, 'names', used.names, names, most.names) ??
        excessOf(who, 'records', used.records, records, most.records)
      if (over !== undefined) return refusal(Rcode.REFUSED, over, ExtendedErrorCode.PROHIBITED)
    }
    return undefined
  }
}

const excessOf = (
  who: string,
  what: string,
  used: number,
  more: number,
  most = Infinity,
): string | undefined =>
  more > 0 && used + more > most
    ? `${who} may have ${most} ${what}, has ${used}, and this adds ${more}`
    : undefined
