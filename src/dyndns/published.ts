/**
 * Addresses that nobody should find in the DNS: what reaches no host from elsewhere (RFC 6890), such
 * as a loopback address of which a client thought that it is its own.
 */
import { octetAt } from '../base/bytes.ts'
import { ipv4ToText, ipv6ToText } from '../text/address-text.ts'

type Test = readonly [network: Uint8Array, bits: number, what: string]

const NEVER: readonly Test[] = [
  [Uint8Array.of(0), 8, 'an address of "this network"'],
  [Uint8Array.of(127), 8, 'a loopback address'],
  [Uint8Array.of(169, 254), 16, 'a link-local address'],
  [Uint8Array.of(224), 3, 'no address of a host'],
]

/** RFC 1918 §3, RFC 6598 §7. */
const PRIVATE: readonly Test[] = [
  [Uint8Array.of(10), 8, 'a private address'],
  [Uint8Array.of(172, 16), 12, 'a private address'],
  [Uint8Array.of(192, 168), 16, 'a private address'],
  [Uint8Array.of(100, 64), 10, "an address behind the provider's NAT"],
]

const zeros = (count: number): number[] => Array<number>(count).fill(0)

const NEVER_V6: readonly Test[] = [
  [new Uint8Array(16), 128, 'the unspecified address'],
  [Uint8Array.of(...zeros(15), 1), 128, 'a loopback address'],
  [Uint8Array.of(0xfe, 0x80), 10, 'a link-local address'],
  [Uint8Array.of(0xff), 8, 'a multicast address'],
  [Uint8Array.of(...zeros(10), 0xff, 0xff), 96, 'an IPv4 address written as IPv6'],
]

/** RFC 4193 §3.1. */
const PRIVATE_V6: readonly Test[] = [[Uint8Array.of(0xfc), 7, 'a private address']]

/**
 * @param address four or sixteen octets
 * @returns why it is not to be published, undefined when it may be
 */
export const unpublishable = (address: Uint8Array, takesPrivate: boolean): string | undefined => {
  const isV4 = address.length === 4
  const found = (isV4 ? NEVER : NEVER_V6).find((test) => matches(address, test))
  if (found !== undefined) return `${textOf(address)} is ${found[2]}`
  if (takesPrivate) return undefined
  const own = (isV4 ? PRIVATE : PRIVATE_V6).find((test) => matches(address, test))
  return own && `${textOf(address)} is ${own[2]}; private = true in the zone would take it`
}

export const textOf = (address: Uint8Array): string =>
  address.length === 4 ? ipv4ToText(address) : ipv6ToText(address)

/** Whether the first `bits` of the address are those of the network. */
const matches = (address: Uint8Array, [network, bits]: Test): boolean => {
  for (let at = 0; at * 8 < bits; at++) {
    const mask = 0xff00 >> Math.min(8, bits - at * 8)
    if (((octetAt(address, at) ^ octetAt(network, at)) & mask & 0xff) !== 0) return false
  }
  return true
}
