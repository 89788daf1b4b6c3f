/** <character-string>s as text, both ways (RFC 1035 §5.1). */
import { octetAt } from '../base/bytes.ts'
import { decimalEscape, escapedOctet } from './escape.ts'
import { fail, type Token } from './tokens.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** In quotes always: so blanks, semicolons and parentheses stay readable. */
export const quotedText = (octets: Uint8Array): string => {
  let text = '"'
  for (const octet of octets) {
    if (octet < 0x20 || octet > 0x7e) text += decimalEscape(octet)
    else if (octet === QUOTE || octet === BACKSLASH) text += `\\${String.fromCharCode(octet)}`
    else text += String.fromCharCode(octet)
  }
  return `${text}"`
}

/**
 * The octets that a token's text stands for.
 * @param text the token's text or a part of it
 * @throws TextError
 */
export const stringOctets = (text: string, token: Token): Uint8Array => {
  const octets = Buffer.allocUnsafe(text.length)
  let length = 0
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at)
    if (code > 0x7e) {
      // Whether the file was decoded as Latin-1 or as UTF-8 cannot be seen here, so the octets
      // that were meant cannot be known.
      fail('this string has a character outside ASCII; write each of its octets as \\DDD', token)
    }
    if (code !== BACKSLASH) {
      octets[length++] = code
      at++
      continue
    }
    const escape = escapedOctet(text, at)
    if (!escape.ok) return fail(escape.why, token)
    octets[length++] = escape.octet
    at = escape.end
  }
  return octets.subarray(0, length)
}

/** Splits a value list at its commas and undoes its escapes (RFC 9460 appendix A.1). */
export const valueList = (octets: Uint8Array): Uint8Array[] => {
  const values: Uint8Array[] = []
  let value: number[] = []
  for (let at = 0; at < octets.length; at++) {
    const octet = octetAt(octets, at)
    if (octet === COMMA) {
      values.push(Buffer.from(value))
      value = []
    } else {
      if (octet === BACKSLASH && at + 1 < octets.length) at++
      value.push(octetAt(octets, at))
    }
  }
  values.push(Buffer.from(value))
  return values
}

const COMMA = 0x2c

/** The opposite of `valueList`. */
export const joinedValues = (values: readonly Uint8Array[]): Uint8Array => {
  const octets: number[] = []
  for (const [index, value] of values.entries()) {
    if (index > 0) octets.push(COMMA)
    for (const octet of value) {
      if (octet === COMMA || octet === BACKSLASH) octets.push(BACKSLASH)
      octets.push(octet)
    }
  }
  return Buffer.from(octets)
}
