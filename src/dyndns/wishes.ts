/**
 * The addresses that a request asks for, whatever its dialect calls them. Each value goes where its
 * own family belongs, and a family that is not spoken of stays as it is.
 */
import { octetAt } from '../base/bytes.ts'
import { ipv4OctetsFromText, ipv6FromText } from '../text/address-text.ts'
import type { Parameters } from './parameters.ts'

export type Family = 4 | 6

export interface Address {
  readonly octets: Uint8Array
  /** As the client wrote it: some know their own address by its spelling alone. */
  readonly text: string
}

/** The network part that the addresses of a host are to get, their host parts kept. */
export interface Prefix {
  readonly octets: Uint8Array
  readonly length: number
}

export type Wish =
  | { readonly kind: 'keep' }
  | { readonly kind: 'delete' }
  | {
      readonly kind: 'set'
      /** The whole set, of one at least. */
      readonly addresses: readonly Address[]
      /** For the token's other hosts. */
      readonly prefix: Prefix | undefined
    }
  /** The addresses that are there get another prefix, and so do those of the token's other hosts. */
  | { readonly kind: 'move'; readonly prefix: Prefix }

export type Wishes = { readonly ok: true; readonly v4: Wish; readonly v6: Wish } | BadAddress

export interface BadAddress {
  readonly ok: false
  readonly fault: 'placeholder' | 'no-address'
  readonly why: string
}

const bad = (why: string): BadAddress => ({ ok: false, fault: 'no-address', why })

export const noAddress = (text: string): BadAddress => bad(`"${text.slice(0, 60)}" is no address`)

const KEEP: Wish = { kind: 'keep' }
const DELETE: Wish = { kind: 'delete' }

/** Keys, and the family whose name they have. */
const KEYS: readonly (readonly [string, Family | undefined])[] = [
  ...['myip', 'ip', 'dnsto', 'address'].map((key) => [key, undefined] as const),
  ...['myipv4', 'ipv4', 'myip4', 'ip4'].map((key) => [key, 4] as const),
  ...['myipv6', 'ipv6', 'myip6', 'ip6'].map((key) => [key, 6] as const),
]

/** Present and empty they take a family away (deSEC); others mean that the client does not know. */
const EMPTYING = new Map<string, Family>([
  ['myipv4', 4],
  ['myipv6', 6],
])

/** Addresses that one request may bring. */
const MOST_ADDRESSES = 20

/** `<ipaddr>`, `%i`, `__MYIP__`, `[IP]`, `@IP@`, `$ip`, `{ip}`: what a client should have filled in. */
const PLACEHOLDER = /^(<.*>|%[a-z]+%?|_+[a-z0-9]+_+|\[[a-z_]+\]|@[a-z0-9]+@|\$.+|\{.*\})$/i

interface Collected {
  readonly addresses: Record<Family, Address[]>
  readonly prefixes: Map<Family, Prefix>
  readonly emptied: Set<Family>
  readonly kept: Set<Family>
  /** Whether the request said anything of addresses. */
  isGiven: boolean
  /** What it asked to be told by its own address, and was not. */
  unknown: string | undefined
}

/**
 * @param source the client's own address
 * @param host as the request spells it: `myipv4:HOST` is for that one alone
 * @param absent what a request without any address means
 */
export const wishesOf = (
  parameters: Parameters,
  source: string,
  host: string,
  absent: 'source' | 'keep' | 'refuse' = 'source',
): Wishes => {
  const found: Collected = {
    addresses: { 4: [], 6: [] },
    prefixes: new Map(),
    emptied: new Set(),
    kept: new Set(),
    isGiven: false,
    unknown: undefined,
  }
  for (const [key, family] of KEYS) {
    const own = `${key}:${host.toLowerCase()}`
    for (const value of parameters.all(parameters.has(own) ? own : key)) {
      const emptied = value === '' ? EMPTYING.get(key) : undefined
      if (emptied !== undefined) found.emptied.add(emptied)
      for (const part of value.split(',')) {
        const problem = take(found, part.trim(), family, source)
        if (problem !== undefined) return problem
      }
    }
  }
  if (!found.isGiven && found.emptied.size === 0) {
    if (absent === 'refuse') return bad('the request has no address')
    if (absent === 'source') take(found, 'auto', undefined, source)
  }
  const why = problemOf(found)
  if (why !== undefined) return bad(why)
  const isWhole = parameters.isYes('dualstack_update')
  return { ok: true, v4: wishFor(found, 4, isWhole), v6: wishFor(found, 6, isWhole) }
}

const problemOf = ({ addresses, prefixes, kept, emptied, unknown }: Collected) => {
  const count = addresses[4].length + addresses[6].length
  if (count > MOST_ADDRESSES) return `there are more than ${MOST_ADDRESSES} addresses`
  return count + prefixes.size + kept.size + emptied.size === 0 ? unknown : undefined
}

const wishFor = (found: Collected, family: Family, isWhole: boolean): Wish => {
  const addresses = found.addresses[family]
  const prefix = found.prefixes.get(family)
  if (addresses.length > 0) return { kind: 'set', addresses, prefix }
  if (prefix !== undefined) return { kind: 'move', prefix }
  if (found.kept.has(family)) return KEEP
  return found.emptied.has(family) || isWhole ? DELETE : KEEP
}

/** Takes one member of a list; @returns what is wrong with it. */
const take = (
  found: Collected,
  text: string,
  family: Family | undefined,
  source: string,
): BadAddress | undefined => {
  if (text === '') return undefined
  found.isGiven = true
  switch (text.toLowerCase()) {
    case 'whatismyip':
    case 'auto': {
      const own = addressFrom(source)
      // By the other family it says nothing of this one.
      if (own === undefined || (family !== undefined && family !== familyOf(own))) {
        found.unknown = `the client came over the other family, so "${text}" says nothing`
        return undefined
      }
      found.addresses[familyOf(own)].push({ octets: own, text: source })
      return undefined
    }
    case 'preserve':
    case 'no':
      found.kept.add(family ?? 4)
      return undefined
    case '-':
      if (family === undefined) break
      found.emptied.add(family)
      return undefined
  }
  if (PLACEHOLDER.test(text)) {
    const why = `"${text.slice(0, 60)}" was not filled in by the client: see how it writes its placeholders`
    return { ok: false, fault: 'placeholder', why }
  }
  return takeAddress(found, text)
}

const takeAddress = (found: Collected, text: string): BadAddress | undefined => {
  const [, length] = /\/(\d{1,3})$/.exec(text) ?? []
  const written = text.replace(/\/\d{1,3}$/, '').replace(/^\[(.*)\]$/, '$1')
  const octets = addressFrom(written)
  const longest = octets === undefined ? -1 : octets.length * 8
  const bits = length === undefined ? longest : Number(length)
  if (octets === undefined || bits > longest) return noAddress(text)
  if (bits < longest && isNetwork(octets, bits)) {
    found.prefixes.set(familyOf(octets), { octets, length: bits })
    return undefined
  }
  const list = found.addresses[familyOf(octets)]
  if (!list.some((one) => Buffer.compare(one.octets, octets) === 0)) {
    list.push({ octets, text: written })
  }
  return undefined
}

export const addressFrom = (text: string): Uint8Array | undefined =>
  ipv4OctetsFromText(text) ?? ipv6FromText(text)

export const familyOf = (octets: Uint8Array): Family => (octets.length === 4 ? 4 : 6)

/** Whether all bits behind the prefix are zero. */
const isNetwork = (octets: Uint8Array, bits: number): boolean =>
  octets.every((octet, at) => (octet & (0xff >> clamp(bits - at * 8))) === 0)

/** The prefix and, behind it, what the address had there. */
export const withPrefix = ({ octets, length }: Prefix, address: Uint8Array): Uint8Array =>
  address.map((octet, at) => {
    const host = 0xff >> clamp(length - at * 8)
    return (octetAt(octets, at) & ~host) | (octet & host)
  })

const clamp = (bits: number): number => Math.min(8, Math.max(0, bits))
