/** Addresses as the agent sees them: of which family, whether the world may have them, and prefixes. */
import { BlockList, isIP, isIPv6 } from 'node:net'
import { octetAt } from '../base/bytes.ts'
import { ipv6FromText, ipv6ToText } from '../text/address-text.ts'
import { RrType } from '../wire/codes.ts'

export type Family = 'ipv4' | 'ipv6'

export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6']

export const ADDRESS_TYPE: Readonly<Record<Family, RrType>> = { ipv4: RrType.A, ipv6: RrType.AAAA }

/** A value for each family that is there; what is absent is not known, or not asked for. */
export type PerFamily<T> = Readonly<Partial<Record<Family, T | undefined>>>

/** @returns undefined when the text is no address */
export const familyOf = (address: string): Family | undefined => {
  const version = isIP(address)
  if (version === 0) return undefined
  return version === 4 ? 'ipv4' : 'ipv6'
}

/** The one spelling of an address (RFC 5952 §4), so that equal ones are equal texts. */
export const canonicalAddress = (address: string): string => {
  const octets = isIPv6(address) ? ipv6FromText(address) : undefined
  return octets === undefined ? address : ipv6ToText(octets)
}

const listOf = (family: Family, ...networks: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList()
  for (const [address, length] of networks) list.addSubnet(address, length, family)
  return list
}

/** What leads nowhere when others follow it (RFC 6890 §2.2). */
const UNUSABLE: Readonly<Record<Family, BlockList>> = {
  ipv4: listOf('ipv4', ['0.0.0.0', 8], ['127.0.0.0', 8], ['169.254.0.0', 16], ['224.0.0.0', 3]),
  ipv6: listOf('ipv6', ['::', 127], ['::ffff:0:0', 96], ['fe80::', 10], ['ff00::', 8]),
}

/** What leads somewhere within one's own network alone (RFC 1918, RFC 6598, RFC 4193). */
const PRIVATE: Readonly<Record<Family, BlockList>> = {
  ipv4: listOf(
    'ipv4',
    ['10.0.0.0', 8],
    ['172.16.0.0', 12],
    ['192.168.0.0', 16],
    ['100.64.0.0', 10],
  ),
  ipv6: listOf('ipv6', ['fc00::', 7]),
}

export type Reach = 'public' | 'private' | 'unusable'

export const reachOf = (address: string, family: Family): Reach => {
  if (UNUSABLE[family].check(address, family)) return 'unusable'
  return PRIVATE[family].check(address, family) ? 'private' : 'public'
}

/** An interface identifier, and how many of an address's bits stand before it. */
export interface Suffix {
  /** Sixteen octets; those of the prefix are zero. */
  readonly octets: Uint8Array
  readonly prefixLength: number
}

/**
 * Reads `::1234/64`: the host's own bits, behind a prefix of 64.
 * @returns undefined when it is none, or has bits within the prefix
 */
export const suffixFromText = (text: string): Suffix | undefined => {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? []
  const octets = isIPv6(address) ? ipv6FromText(address) : undefined
  const prefixLength = Number(digits)
  if (octets === undefined || prefixLength > 128) return undefined
  const isWithin = octets.every((octet, index) => (octet & maskAt(index, prefixLength)) === 0)
  return isWithin ? { octets, prefixLength } : undefined
}

/** The prefix of an IPv6 address, with the suffix behind it. */
export const withSuffix = (address: string, { octets, prefixLength }: Suffix): string => {
  // Whoever calls has an IPv6 address.
  const own = ipv6FromText(address) as Uint8Array
  const joined = octets.map(
    (octet, index) => octet | (octetAt(own, index) & maskAt(index, prefixLength)),
  )
  return ipv6ToText(joined)
}

/** The bits of the octet at `index` that belong to a prefix of this length. */
const maskAt = (index: number, prefixLength: number): number => {
  const bits = Math.min(Math.max(prefixLength - index * 8, 0), 8)
  return 0xff & (0xff << (8 - bits))
}

/** The first address of the family in a text, such as a page that says "Current IP Address: …". */
export const addressIn = (text: string, family: Family): string | undefined => {
  const words = text.match(/[0-9a-f:.]+/gi) ?? []
  const found = words
    .map((word) => word.replace(/\.$/, ''))
    .find((word) => familyOf(word) === family)
  return found === undefined ? undefined : canonicalAddress(found)
}
