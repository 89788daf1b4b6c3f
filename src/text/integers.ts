/** Whole numbers as octets in network byte order; the caller knows that they fit. */

export const u8Octets = (value: number): Uint8Array => Uint8Array.of(value)

export const u16Octets = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 0xff)

export const u32Octets = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff)
