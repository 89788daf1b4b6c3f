/** struct sockaddr_in and sockaddr_in6, as Linux has them: who sent a datagram. */

export const Family = { INET: 2, INET6: 10 } as const

/** Octets of a sockaddr_in6, the longer of the two. */
export const ADDRESS_OCTETS = 28
/** Of a sockaddr_in. */
export const IPV4_ADDRESS_OCTETS = 16

/** @param at of the struct, which is inside whole */
export const portAt = (octets: Buffer, at: number): number => octets.readUInt16BE(at + 2)

/** @param ipv6Text shows 16 octets */
export const addressAt = (
  octets: Buffer,
  at: number,
  ipv6Text: (octets: Uint8Array) => string,
): string =>
  octets.readUInt16LE(at) === Family.INET
    ? `${octets[at + 4]}.${octets[at + 5]}.${octets[at + 6]}.${octets[at + 7]}`
    : ipv6Text(octets.subarray(at + 8, at + 24))
