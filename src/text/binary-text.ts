/** Octets as hex, base64 and base32hex. The decoders take what the encoders give, and no more. */

export const hexOf = (octets: Uint8Array): string =>
  Buffer.from(octets).toString('hex').toUpperCase()

/** @returns undefined when the text is not hex, two digits for each octet */
export const octetsFromHex = (text: string): Uint8Array | undefined =>
  text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text) ? Buffer.from(text, 'hex') : undefined

export const base64Of = (octets: Uint8Array): string => Buffer.from(octets).toString('base64')

/** @returns undefined when the text is not base64 with its padding (RFC 4648 §4) */
export const octetsFromBase64 = (text: string): Uint8Array | undefined => {
  const octets = Buffer.from(text, 'base64')
  // Node skips what it does not know, so the way back tells whether there was any.
  return octets.toString('base64') === text ? octets : undefined
}

const BASE32HEX = '0123456789ABCDEFGHIJKLMNOPQRSTUV'

/** Without padding, as NSEC3 has it (RFC 5155 §3.3). */
export const base32hexOf = (octets: Uint8Array): string => {
  let text = ''
  let bits = 0
  let held = 0
  for (const octet of octets) {
    held = ((held << 8) | octet) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32HEX.charAt((held >> (bits - 5)) & 0x1f)
  }
  return bits === 0 ? text : text + BASE32HEX.charAt((held << (5 - bits)) & 0x1f)
}

/** @returns undefined when the text is not base32hex without padding (RFC 4648 §7) */
export const octetsFromBase32hex = (text: string): Uint8Array | undefined => {
  const octets: number[] = []
  let bits = 0
  let held = 0
  const upper = text.toUpperCase()
  for (const digit of upper) {
    held = ((held << 5) | BASE32HEX.indexOf(digit)) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      octets.push((held >> bits) & 0xff)
    }
  }
  const result = Buffer.from(octets)
  return base32hexOf(result) === upper ? result : undefined
}
