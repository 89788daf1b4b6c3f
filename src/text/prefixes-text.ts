/** The address prefixes of APL as text, both ways (RFC 3123 §5). */
import type { Reader } from '../wire/reader.ts'
import { ipv4OctetsFromText, ipv4ToText, ipv6FromText, ipv6ToText } from './address-text.ts'
import { u16Octets } from './integers.ts'
import type { TokenCursor } from './token-cursor.ts'
import { fail, shown } from './tokens.ts'

const IPV4 = 1
const IPV6 = 2

/** @returns undefined when there is a family whose addresses have no text */
export const prefixesToText = (reader: Reader): string | undefined => {
  const prefixes: string[] = []
  while (reader.remaining > 0) {
    const family = reader.u16()
    const prefix = reader.u8()
    const length = reader.u8()
    if (family !== IPV4 && family !== IPV6) return undefined
    const octets = Buffer.alloc(family === IPV4 ? 4 : 16)
    octets.set(reader.bytes(length & 0x7f))
    const address = family === IPV4 ? ipv4ToText(octets) : ipv6ToText(octets)
    prefixes.push(`${(length & 0x80) !== 0 ? '!' : ''}${family}:${address}/${prefix}`)
  }
  return prefixes.join(' ')
}

/** @throws TextError */
export const prefixesFromText = (input: TokenCursor): Uint8Array => {
  const parts: Uint8Array[] = []
  while (input.more) {
    const token = input.word('a prefix')
    const [, negation, family, text = '', digits] =
      /^(!?)([12]):([^/]+)\/(\d{1,3})$/.exec(token.text) ?? []
    const isIpv4 = family === '1'
    const octets = isIpv4 ? ipv4OctetsFromText(text) : ipv6FromText(text)
    const prefix = Number(digits)
    if (octets === undefined || prefix > (isIpv4 ? 32 : 128)) {
      return fail(
        `${shown(token.text)} is no prefix such as 1:192.0.2.0/24 or !2:2001:db8::/32`,
        token,
      )
    }
    // RFC 3123 §4: zero octets at the end of the address are left out.
    const address = octets.subarray(0, octets.findLastIndex((octet) => octet !== 0) + 1)
    const length = address.length | (negation === '!' ? 0x80 : 0)
    parts.push(u16Octets(isIpv4 ? IPV4 : IPV6), Uint8Array.of(prefix, length), address)
  }
  return Buffer.concat(parts)
}
