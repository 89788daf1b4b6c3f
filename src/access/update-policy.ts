/**
 * Which principal may change what: grants in the words of BIND's update-policy. What no grant
 * allows is refused.
 */
import { RrType, rrTypeName } from '../wire/codes.ts'
import { isAtOrBelow, nameEquals, type Name } from '../wire/name.ts'
import { keyNameOf, type Principal } from './principal.ts'

/** Which owner names a grant is for. */
export type GrantMatch =
  /** Every name of the zone. */
  | { readonly kind: 'zonesub' }
  /** This name alone. */
  | { readonly kind: 'name'; readonly name: Name }
  /** This name and everything below it. */
  | { readonly kind: 'subdomain'; readonly name: Name }
  /** The name that is the key's own. */
  | { readonly kind: 'self' }

export interface Grant {
  readonly key: Name
  readonly match: GrantMatch
  /** `ANY` among them means every type that a client can change at all. */
  readonly types: ReadonlySet<RrType>
  /** As the operator would recognize it, for logs. */
  readonly text: string
}

/** Types that a grant without `types` leaves out, as BIND does. */
const notByDefault = new Set<RrType>([RrType.NS, RrType.SOA, RrType.RRSIG])

/** What the server makes itself, and no grant can give (RFC 4035 §2.2, §2.3). */
const serverOwned = new Set<RrType>([RrType.NSEC, RrType.NSEC3])

/** Stands for "every type but those that must be named". */
export const unnamedTypes: ReadonlySet<RrType> = new Set()

/** The grants of a principal in a zone; a principal with none learns nothing of the zone. */
export const grantsOf = (grants: readonly Grant[], principal: Principal): readonly Grant[] => {
  const key = keyNameOf(principal)
  return key === undefined ? [] : grants.filter((grant) => nameEquals(grant.key, key))
}

/** The first of these grants that allows to change records of `type` at `owner`. */
export const grantFor = (grants: readonly Grant[], owner: Name, type: RrType): Grant | undefined =>
  grants.find((grant) => matchesName(grant, owner) && matchesType(grant, type))

/** The first of these grants that is for the name, whatever the types. */
export const grantForName = (grants: readonly Grant[], owner: Name): Grant | undefined =>
  grants.find((grant) => matchesName(grant, owner))

/** Why none of them does, in a few words. */
export const refusalText = (owner: string, type: RrType): string =>
  serverOwned.has(type)
    ? `${rrTypeName(type)} records are the server's own`
    : `no grant for ${rrTypeName(type)} at ${owner}`

const matchesName = ({ key, match }: Grant, owner: Name): boolean => {
  switch (match.kind) {
    case 'zonesub':
      return true
    case 'name':
      return nameEquals(owner, match.name)
    case 'subdomain':
      return isAtOrBelow(owner, match.name)
    case 'self':
      return nameEquals(owner, key)
  }
}

const matchesType = ({ types }: Grant, type: RrType): boolean => {
  if (serverOwned.has(type)) return false
  if (types.size === 0) return !notByDefault.has(type)
  return types.has(type) || types.has(RrType.ANY)
}
