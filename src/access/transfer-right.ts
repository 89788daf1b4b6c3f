/** Who may have a zone as a whole (AXFR, RFC 5936 §4), and who its history too (IXFR, RFC 1995). */
import { nameEquals } from '../wire/name.ts'
import type { Requester } from './requester.ts'
import { holdsFor } from './rule.ts'
import type { ZonePolicy } from './zone-policy.ts'

/** `list` is AXFR alone, `transfer` AXFR and IXFR. */
export type TransferRight = 'none' | 'list' | 'transfer'

/**
 * The first rule about a right decides it; `transfer` comes with `list`, and not without it. Where no
 * rule is about transfers, the zone's own list says who has them.
 */
export const transferRightOf = (policy: ZonePolicy, requester: Requester): TransferRight => {
  let transfer: boolean | undefined
  let list: boolean | undefined
  for (const rule of policy.rulesFor(requester.key)) {
    if (rule.shadow || !holdsFor(rule, requester)) continue
    if (rule.rights.has('transfer') && transfer === undefined) {
      transfer = !rule.deny
      if (!rule.deny) list ??= true
    }
    if (rule.rights.has('list')) {
      list ??= !rule.deny
      if (rule.deny) transfer ??= false
    }
  }
  if (transfer ?? isOnList(policy, requester)) return 'transfer'
  return list === true ? 'list' : 'none'
}

const isOnList = ({ transfer }: ZonePolicy, { key, address }: Requester): boolean =>
  transfer.some((allowance) =>
    allowance.kind === 'key'
      ? key !== undefined && nameEquals(allowance.key, key)
      : allowance.network.includes(address),
  )
