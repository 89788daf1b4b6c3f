/**
 * What is refused before the zone is looked at: an UPDATE of a zone that is not served (RFC 2136 §3.1),
 * and one of a client that may change nothing there. The words are for whoever proved a key.
 */
import { conditionText, whoText } from '../access/refusal-text.ts'
import type { UpdateRights, ZonePolicy } from '../access/zone-policy.ts'
import { nameToText } from '../text/name-text.ts'
import { Rcode } from '../wire/codes.ts'
import { ExtendedErrorCode } from '../wire/edns.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { refusal, type Refusal } from './verdict.ts'

interface Guarded {
  readonly apex: Name
  readonly policy: ZonePolicy
}

/** Zones that one text names. */
const MOST_ZONES = 3

/**
 * RFC 8914 §4.21
 * @param names that the UPDATE is about: the zone that encloses the first of them is what was meant
 */
export const notServed = (
  zone: Name,
  names: readonly Name[],
  zones: ZoneSet<{ readonly apex: Name }>,
): Refusal => {
  let meant: Name | undefined
  for (const name of [...names, zone]) meant ??= zones.enclosing(name)?.apex
  const advice = meant === undefined ? '' : `; use zone ${nameToText(meant)}`
  const why = `zone ${nameToText(zone)} is not served here${advice}`
  return refusal(Rcode.NOTAUTH, why, ExtendedErrorCode.NOT_AUTHORITATIVE)
}

/** RFC 8914 §4.19: for a requester without any right to update the zone. */
export const nothingAllowed = (rights: UpdateRights, zones: ZoneSet<Guarded>): Refusal => {
  const why = conditionText(rights) ?? noRuleText(rights, zones)
  return refusal(Rcode.REFUSED, why, ExtendedErrorCode.PROHIBITED)
}

const noRuleText = (rights: UpdateRights, zones: ZoneSet<Guarded>): string => {
  const { policy, requester } = rights
  const { key } = requester
  const head = `${whoText(rights)} has no rule for updates in zone ${nameToText(policy.apex)}`
  if (key === undefined) return head
  const others: string[] = []
  for (const zone of zones) {
    if (zone.policy === policy || !zone.policy.namesKey(key)) continue
    if (others.length === MOST_ZONES)
      return `${head}; its rules are in ${others.join(' ')} and others`
    others.push(nameToText(zone.policy.apex))
  }
  return others.length === 0
    ? `${head}, nor in any other`
    : `${head}; its rules are in ${others.join(' ')}`
}
