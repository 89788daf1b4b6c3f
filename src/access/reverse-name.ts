/** The name that an address has in the reverse zones (RFC 1035 §3.5, RFC 3596 §2.5). */
import { toHex } from '../base/bytes.ts'
import { ipv4OctetsFromText, ipv6FromText } from '../text/address-text.ts'
import { nameFromText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'

/**
 * @param address of a socket's peer: a link-local one names its network too (RFC 4007 §11)
 * @returns undefined when it is no address
 */
export const reverseNameOf = (address: string): Name | undefined => {
  const text = ipv4ReverseText(address) ?? ipv6ReverseText(address)
  const parsed = text === undefined ? undefined : nameFromText(text)
  return parsed?.ok === true ? parsed.name : undefined
}

const ipv4ReverseText = (address: string): string | undefined => {
  const octets = ipv4OctetsFromText(address)
  return octets && [...Array.from(octets, String).reverse(), 'in-addr', 'arpa', ''].join('.')
}

const ipv6ReverseText = (address: string): string | undefined => {
  const octets = ipv6FromText(address.replace(/%.*$/, ''))
  return octets && [...Array.from(toHex(octets)).reverse(), 'ip6', 'arpa', ''].join('.')
}
