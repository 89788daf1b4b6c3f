/** Octet strings: comparing, joining and showing them. Knows nothing of DNS. */

/** The octet at an index that the caller knows to be inside. */
export const octetAt = (octets: Uint8Array, index: number): number =>
  // The index type cannot say that the bounds were checked.
  octets[index] as number

/** The 16-bit number, network byte order, at an index that the caller knows to be inside. */
export const u16At = (octets: Uint8Array, index: number): number =>
  (octetAt(octets, index) << 8) | octetAt(octets, index + 1)

/** A whole number up to 2^53 as 64 bits, network byte order; a BigInt for it costs as much as a key. */
export const writeU64 = (octets: Buffer, value: number, at: number): number =>
  octets.writeUInt32BE(value >>> 0, octets.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at))

/** memcmp order: negative, zero or positive. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b)

export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && Buffer.compare(a, b) === 0

export const toHex = (octets: Uint8Array): string => asBuffer(octets).toString('hex')

/** One UTF-16 unit for each octet; the cheapest way to use octets as a `Map` key. */
export const toLatin1 = (octets: Uint8Array): string => asBuffer(octets).toString('latin1')

export const fromLatin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** The same memory seen as a Buffer, without a copy. */
export const asBuffer = (octets: Uint8Array): Buffer =>
  Buffer.isBuffer(octets)
    ? octets
    : Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)

/** A copy that shares no memory with `octets`, so it may outlive the packet it came from. */
export const copyBytes = (octets: Uint8Array): Uint8Array => {
  // Buffer.from takes half as long again to find out what it was given.
  const copy = Buffer.allocUnsafe(octets.length)
  copy.set(octets)
  return copy
}
