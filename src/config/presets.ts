/** Presets: what a kind of client needs and nothing more, each as plain rules. */
import { isWildcard, type Right, type Rule, type TypeLimits } from '../access/rule.ts'
import { RrType } from '../wire/codes.ts'
import { joinNames, parentOf, type Name } from '../wire/name.ts'

/** What the rules of a preset have in common with those that are written out. */
export type Conditions = Pick<Rule, 'key' | 'from' | 'transport' | 'strict' | 'shadow'>

type Gift = Pick<Rule, 'match' | 'types' | 'rights'>

type Preset =
  | { readonly isForHosts: true; giftsFor(host: Name): readonly Gift[] }
  | { readonly isForHosts: false; readonly gifts: readonly Gift[] }

const limited = (most: number, ...types: readonly RrType[]): TypeLimits =>
  new Map(types.map((type) => [type, most]))

const { A, AAAA, CNAME, DHCID, PTR, TXT } = RrType
const ADDRESSES = limited(Infinity, A, AAAA)
const UPDATE = new Set<Right>(['update'])

/** Challenges that may wait at one name: those of a name and its wildcard, of more than one client. */
const MOST_CHALLENGES = 10

const PRESETS = {
  /** RFC 8555 §8.4 */
  acme: {
    isForHosts: true,
    giftsFor: (host) => {
      const name = challengeName(host)
      if (name === undefined) return []
      return [
        { match: { kind: 'name', name }, types: limited(MOST_CHALLENGES, TXT), rights: UPDATE },
      ]
    },
  },
  /** A machine that tells its own addresses. */
  host: {
    isForHosts: true,
    giftsFor: (name) => [{ match: { kind: 'name', name }, types: ADDRESSES, rights: UPDATE }],
  },
  /** A router that tells its own addresses and those of what is behind it. */
  router: {
    isForHosts: true,
    giftsFor: (name) => [{ match: { kind: 'subdomain', name }, types: ADDRESSES, rights: UPDATE }],
  },
  /** RFC 4703: a DHCP server, in a forward or a reverse zone. */
  dhcp: {
    isForHosts: false,
    gifts: [
      {
        match: { kind: 'zonesub' },
        types: limited(Infinity, A, AAAA, DHCID, TXT, PTR),
        rights: UPDATE,
      },
    ],
  },
  /** It compares the zone with what it wants there, and so has to read it. */
  'external-dns': {
    isForHosts: false,
    gifts: [
      {
        match: { kind: 'zonesub' },
        types: limited(Infinity, A, AAAA, CNAME, TXT),
        rights: new Set<Right>(['update', 'transfer', 'list']),
      },
    ],
  },
} as const satisfies Record<string, Preset>

export type PresetName = keyof typeof PRESETS

// The keys of an object that is written out here.
export const presetNames = Object.keys(PRESETS) as PresetName[]

export const isForHosts = (name: PresetName): boolean => PRESETS[name].isForHosts

/** @param hosts for the presets that are for hosts */
export const presetRules = (
  name: PresetName,
  hosts: readonly Name[],
  conditions: Conditions,
): Rule[] => {
  const preset: Preset = PRESETS[name]
  const gifts = preset.isForHosts ? hosts.flatMap((host) => preset.giftsFor(host)) : preset.gifts
  return gifts.map((gift) => ({ ...conditions, ...gift, deny: false }))
}

const CHALLENGE = Buffer.from('\x0f_acme-challenge', 'latin1')

/**
 * Where the challenge for a host is (RFC 8555 §8.4), which is the same for its wildcard (RFC 8555 §7.1.3).
 * @returns undefined when that would be longer than a name may be
 */
export const challengeName = (host: Name): Name | undefined =>
  joinNames(CHALLENGE, isWildcard(host) ? parentOf(host) : host)
