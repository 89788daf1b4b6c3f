/** A client's network, as one account: IPv6 hands out a /64 to everybody. */
import { toHex } from '../base/bytes.ts'
import { ipv6FromText, ipv6ToText } from '../text/address-text.ts'

const PREFIX_OCTETS = 8

/** For the keys of tables. */
export const sourceOf = (address: string): string => {
  const octets = ipv6FromText(address)
  return octets === undefined ? address : toHex(octets.subarray(0, PREFIX_OCTETS))
}

/** For people: `192.0.2.1`, `2001:db8:1:2::/64`. */
export const sourceText = (address: string): string => {
  const octets = ipv6FromText(address)
  if (octets === undefined) return address
  const network = Buffer.concat([octets.subarray(0, PREFIX_OCTETS)], octets.length)
  return `${ipv6ToText(network)}/${8 * PREFIX_OCTETS}`
}
