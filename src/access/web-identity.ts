/** What a web client that proved a secret may change: a token's hosts, as rules like any other. */
import { nameToText } from '../text/name-text.ts'
import { RrType } from '../wire/codes.ts'
import { isAtOrBelow, joinNames, lowerCaseName, nameEquals, type Name } from '../wire/name.ts'
import type { Right, Rule, TypeLimits } from './rule.ts'
import { ZonePolicy } from './zone-policy.ts'

export interface WebScope {
  /** As it stands in logs and in the journal, behind `token:`. */
  readonly name: string
  readonly hosts: readonly Name[]
  /** Whether it is for what is below the hosts, too. */
  readonly below: boolean
  readonly types: readonly RrType[]
}

/** Values that a challenge may have at once: those of a name and its wildcard, of more than one client. */
const MOST_CHALLENGES = 10

const CHALLENGE = Buffer.from('\x0f_acme-challenge', 'latin1')

/** Where a challenge for the host stands (RFC 8555 §8.4); undefined when that is no name. */
export const challengeNameOf = (host: Name): Name | undefined => joinNames(CHALLENGE, host)

/** Without the dot at its end, as clients write it. */
export const hostText = (host: Name): string => nameToText(host).replace(/\.$/, '')

/** A name, or all at or below it. */
export interface Reach {
  readonly name: Name
  readonly below: boolean
}

export class WebIdentity {
  readonly name: string
  readonly hosts: readonly Name[]
  readonly rules: readonly Rule[]
  private readonly below: boolean
  private readonly challenges: readonly Name[]

  constructor({ name, hosts, below, types }: WebScope) {
    this.name = name
    this.hosts = hosts.map(lowerCaseName)
    this.below = below
    const hasTexts = types.includes(RrType.TXT)
    this.challenges = hasTexts ? this.hosts.flatMap((host) => challengeNameOf(host) ?? []) : []
    this.rules = [
      ...this.hosts.map((host) =>
        rule(host, below ? 'subdomain' : 'name', new Map(types.map((type) => [type, Infinity]))),
      ),
      ...this.challenges.map((host) =>
        rule(host, 'name', new Map([[RrType.TXT, MOST_CHALLENGES]])),
      ),
    ]
  }

  /** All that it covers, challenges among them. */
  get reach(): readonly Reach[] {
    return [
      ...this.hosts.map((name) => ({ name, below: this.below })),
      ...this.challenges.map((name) => ({ name, below: false })),
    ]
  }

  /** What the operator denies to anyone is denied to tokens, too; besides that they have what is theirs. */
  policyIn({ apex, rules }: ZonePolicy): ZonePolicy {
    const denials = rules.filter(({ deny, key }) => deny && key === undefined)
    return new ZonePolicy(apex, [...denials, ...this.rules])
  }

  /** Whether the client may ask about the name at all. */
  covers(name: Name): boolean {
    return (
      this.hosts.some((host) => (this.below ? isAtOrBelow(name, host) : nameEquals(name, host))) ||
      this.challenges.some((challenge) => nameEquals(challenge, name))
    )
  }
}

/** Strict, for a client that hears "good" believes that its address is there. */
const rule = (name: Name, kind: 'name' | 'subdomain', types: TypeLimits): Rule => ({
  deny: false,
  shadow: false,
  strict: true,
  key: undefined,
  from: undefined,
  transport: undefined,
  match: { kind, name },
  types,
  rights: new Set<Right>(['update']),
})
