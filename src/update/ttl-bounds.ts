/** TTLs within the bounds of whoever adds the records: moved to the nearest, or refused. */
import { ttlWithin } from '../access/budget.ts'
import { nameToText } from '../text/name-text.ts'
import { Rcode, rrTypeName } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import type { Change, Read } from './sections.ts'
import { refusal, type Refusal } from './verdict.ts'
import type { Allowance } from './zone-budgets.ts'

/** The changes up to the first whose TTL is to be refused. */
export const withTtls = (changes: Read<Change>, allowance: Allowance | undefined): Read<Change> => {
  if (allowance === undefined) return changes
  const items: Change[] = []
  for (const change of changes.items) {
    const ttl = change.kind === 'add' ? ttlWithin(allowance.budget.ttl, change.ttl) : undefined
    if (change.kind !== 'add') items.push(change)
    else if (ttl === undefined) return { items, refusal: outOfBounds(allowance, change) }
    else items.push(ttl === change.ttl ? change : { ...change, ttl })
  }
  return { items, refusal: changes.refusal }
}

const outOfBounds = (
  { who, budget }: Allowance,
  { owner, type, ttl }: Extract<Change, { kind: 'add' }>,
): Refusal => {
  const bounds = `from ${budget.ttl.least} to ${budget.ttl.most} s`
  const what = `${nameToText(owner)} ${rrTypeName(type)} has ${ttl} s`
  const why = `${who} may set TTLs ${bounds}: ${what}`
  return refusal(Rcode.REFUSED, why, ExtendedErrorCode.PROHIBITED)
}
