/**
 * One rule of a zone: for whom, over which way, at which names, for which types, and to do what. The
 * words are those of BIND's update-policy.
 */
import { nameToText } from '../text/name-text.ts'
import { RrType, rrTypeName } from '../wire/codes.ts'
import { foldedName, isAtOrBelow, nameEquals, parentOf, type Name } from '../wire/name.ts'
import type { Requester, Transport } from './requester.ts'

/** Which owner names a rule is for. */
export type NameMatch =
  /** Every name of the zone. */
  | { readonly kind: 'zonesub' }
  /** This name alone. */
  | { readonly kind: 'name'; readonly name: Name }
  /** This name and everything below it. */
  | { readonly kind: 'subdomain'; readonly name: Name }
  /** What `*.NAME` could stand for: everything below it, and not the name itself (RFC 4592 §3.3.1). */
  | { readonly kind: 'wildcard'; readonly name: Name }
  /** The name that is the key's own. */
  | { readonly kind: 'self' }
  /** The key's own name and everything below it. */
  | { readonly kind: 'selfsub' }
  /** The reverse name of the client's address, over TCP, where it cannot be forged. */
  | { readonly kind: 'tcp-self' }

export type Right =
  /** Change the zone by UPDATE. */
  | 'update'
  /** AXFR and IXFR: the zone, and what changed in it. */
  | 'transfer'
  /** AXFR alone: the zone as it is. */
  | 'list'

/** Addresses that the operator listed. */
export interface AddressSet {
  /** As they were written. */
  readonly text: string
  includes(address: string): boolean
}

/**
 * The types that a rule is for, each with the most records of it that a name may have. `ANY` stands
 * for every type that a client can change at all; no type at all for every one but NS and SOA, and
 * in a rule that denies for every one.
 */
export type TypeLimits = ReadonlyMap<RrType, number>

export interface Rule {
  /** It takes away instead of giving. */
  readonly deny: boolean
  /** It decides nothing, and the log says what it would have decided. */
  readonly shadow: boolean
  /** What the RFC would ignore of an UPDATE is refused. */
  readonly strict: boolean
  /** Whose signature it asks for; `*.NAME` is any key below the name. Undefined for anyone. */
  readonly key: Name | undefined
  readonly from: AddressSet | undefined
  readonly transport: Transport | undefined
  readonly match: NameMatch
  readonly types: TypeLimits
  readonly rights: ReadonlySet<Right>
}

/** A rule at its place in a zone's list. */
export interface PlacedRule extends Rule {
  /** Counted from 1. */
  readonly number: number
  /** As the operator would recognize it; without the number, for the journal outlives the list. */
  readonly text: string
  /** The one name that it is for, as `foldedName` has it; undefined where there may be more. */
  readonly exactly: string | undefined
  /** Whether it has the number of records in any of its types. */
  readonly isLimited: boolean
}

export const placedRule = (rule: Rule, number: number): PlacedRule => ({
  ...rule,
  number,
  text: ruleText(rule),
  exactly: rule.match.kind === 'name' ? foldedName(rule.match.name) : undefined,
  isLimited: [...rule.types.values()].some((most) => most !== Infinity),
})

/** Types that a rule without `types` does not give, as in BIND; one that denies has them too. */
const notByDefault = new Set<RrType>([RrType.NS, RrType.SOA])

/** What the server makes itself, and no rule can give (RFC 4035 §2.2, §2.3, RFC 5155 §3, §4). */
const serverOwned = new Set<RrType>([RrType.RRSIG, RrType.NSEC, RrType.NSEC3, RrType.NSEC3PARAM])

export const isServerOwned = (type: RrType): boolean => serverOwned.has(type)

/** Whether a name begins with the label `*` (RFC 4592 §2.1.1). */
export const isWildcard = (name: Name): boolean => name[0] === 1 && name[1] === 0x2a

const isBelow = (name: Name, ancestor: Name): boolean =>
  name.length > ancestor.length && isAtOrBelow(name, ancestor)

/** Whether the rule is for a client with this key, or with none. */
export const isForKey = ({ key }: Rule, proved: Name | undefined): boolean => {
  if (key === undefined) return true
  if (proved === undefined) return false
  return isWildcard(key) ? isBelow(proved, parentOf(key)) : nameEquals(key, proved)
}

/** Whether the way that the request came is one that the rule asks for. */
export const holdsFor = (rule: Rule, { address, transport }: Requester): boolean =>
  (transportOf(rule) ?? transport) === transport && rule.from?.includes(address) !== false

/** The transport that a rule asks for, in whatever words. */
export const transportOf = ({ match, transport }: Rule): Transport | undefined =>
  match.kind === 'tcp-self' ? 'tcp' : transport

/**
 * @param key what the client proved
 * @param reverse the name of its address in the reverse zones
 */
export const matchesName = (
  { match }: Rule,
  owner: Name,
  key: Name | undefined,
  reverse: Name | undefined,
): boolean => {
  switch (match.kind) {
    case 'zonesub':
      return true
    case 'name':
      return nameEquals(owner, match.name)
    case 'subdomain':
      return isAtOrBelow(owner, match.name)
    case 'wildcard':
      return isBelow(owner, match.name)
    case 'self':
      return key !== undefined && nameEquals(owner, key)
    case 'selfsub':
      return key !== undefined && isAtOrBelow(owner, key)
    case 'tcp-self':
      return reverse !== undefined && nameEquals(owner, reverse)
  }
}

/** The most records of the type that a name may have; undefined when the rule is not for the type. */
export const limitOf = ({ deny, types }: Rule, type: RrType): number | undefined => {
  if (types.size > 0) return types.get(type) ?? types.get(RrType.ANY)
  return notByDefault.has(type) && !deny ? undefined : Infinity
}

/** As the operator would recognize it: the settings, in one order, without the words for defaults. */
export const ruleText = (rule: Rule): string => {
  const { deny, shadow, strict, key, from, transport, match, types, rights } = rule
  return [
    shadow && 'shadow',
    deny && 'deny',
    key === undefined ? 'anyone' : nameToText(key),
    rights.has('update') && match.kind,
    rights.has('update') && 'name' in match && matchNameText(match),
    ...Array.from(types, ([type, most]) => typeText(type, most)),
    from && `from ${from.text}`,
    transport && `over ${transport}`,
    strict && 'strict',
    (rights.size > 1 || !rights.has('update')) && `to ${[...rights].join(' ')}`,
  ]
    .filter((word) => typeof word === 'string')
    .join(' ')
}

const matchNameText = ({ kind, name }: Extract<NameMatch, { name: Name }>): string =>
  kind === 'wildcard' ? `*.${name.length === 1 ? '' : nameToText(name)}` : nameToText(name)

/** `TXT`, or `TXT(2)` where there is a limit. */
export const typeText = (type: RrType, most: number): string =>
  most === Infinity ? rrTypeName(type) : `${rrTypeName(type)}(${most})`
