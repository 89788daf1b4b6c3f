/** Reads one field of RDATA from its tokens. What it gives is what `isRdata` asks for. */
import { fromLatin1 } from '../base/bytes.ts'
import type { TextField } from '../wire/rdata-layout.ts'
import type { Name } from '../wire/name.ts'
import { euiFromText, ipv4FromText, ipv6FromText } from './address-text.ts'
import { octetsFromBase32hex, octetsFromBase64, octetsFromHex } from './binary-text.ts'
import { u16Octets, u32Octets, u8Octets } from './integers.ts'
import { locationFromText } from './location-text.ts'
import { nameFromText } from './name-text.ts'
import { MAX_U32, numberFromWord, secondsFromWord, timeFromWord } from './number-text.ts'
import { prefixesFromText } from './prefixes-text.ts'
import { serviceParametersFromText } from './service-parameters-text.ts'
import { stringOctets } from './string-text.ts'
import type { TokenCursor } from './token-cursor.ts'
import { fail, shown, type Token } from './tokens.ts'
import { typeFromWord, typesFromText } from './types-text.ts'

/**
 * Takes the field's tokens; gives its octets.
 * @param origin of relative names
 * @throws TextError
 */
export const fieldFromText = (
  field: TextField,
  input: TokenCursor,
  origin: Name | undefined,
): Uint8Array => {
  switch (field) {
    case 'u8':
      return u8Octets(numberFromWord(input.word('a number'), 0xff))
    case 'u16':
      return u16Octets(numberFromWord(input.word('a number'), 0xffff))
    case 'u32':
      return u32Octets(numberFromWord(input.word('a number'), MAX_U32))
    case 'ttl':
      return u32Octets(secondsFromWord(input.word('a time in seconds'), MAX_U32))
    case 'time':
      return u32Octets(timeFromWord(input.word('a date')))
    case 'type':
      return u16Octets(coveredTypeFrom(input.word('a type')))
    case 'ipv4':
      return u32Octets(ipv4From(input.word('an IPv4 address')))
    case 'ipv6':
      return decoded(input.word('an IPv6 address'), 'IPv6 address', ipv6FromText)
    case 'eui48':
      return decoded(input.word('an EUI-48'), 'EUI-48', eui48FromText)
    case 'eui64':
      return decoded(input.word('an EUI-64'), 'EUI-64', eui64FromText)
    case 'compressible-name':
    case 'expandable-name':
    case 'plain-name':
      return nameFromWord(input.word('a name'), origin)
    case 'string':
      return stringFromText(input)
    case 'strings':
      return stringsFromText(input)
    case 'tag':
      return tagFromText(input)
    case 'long-string':
      return longStringFromText(input)
    case 'hex':
      return joinedOctets(input, 'hex', octetsFromHex)
    case 'base64':
      return joinedOctets(input, 'base64', octetsFromBase64)
    case 'optional-base64':
      return input.more ? joinedOctets(input, 'base64', octetsFromBase64) : NO_OCTETS
    case 'salt':
      return saltFromText(input)
    case 'hash':
      return countedOctets(input.word('a hash'), 'base32hex', octetsFromBase32hex)
    case 'types':
      return typesFromText(input)
    case 'location':
      return locationFromText(input)
    case 'prefixes':
      return prefixesFromText(input)
    case 'service-parameters':
      return serviceParametersFromText(input)
  }
}

/** @throws TextError */
export const nameFromWord = (token: Token, origin: Name | undefined): Name => {
  const result = nameFromText(token.text, origin)
  return result.ok ? result.name : fail(`${shown(token.text)}: ${result.why}`, token)
}

const NO_OCTETS = new Uint8Array(0)

type Decode = (text: string) => Uint8Array | undefined

const decoded = (token: Token, what: string, decode: Decode): Uint8Array =>
  decode(token.text) ?? fail(`${shown(token.text)} is no ${what}`, token)

/** BIND prints the type covered of a SIG that covers none as a bare 0. */
const coveredTypeFrom = (token: Token): number => (token.text === '0' ? 0 : typeFromWord(token))

const ipv4From = (token: Token): number =>
  ipv4FromText(token.text) ?? fail(`${shown(token.text)} is no IPv4 address`, token)

const eui48FromText: Decode = (text) => euiFromText(text, 6)
const eui64FromText: Decode = (text) => euiFromText(text, 8)

const joinedOctets = (input: TokenCursor, what: string, decode: Decode): Uint8Array => {
  const first = input.position
  const octets = decode(input.joinedWords(what))
  return octets === undefined || octets.length === 0
    ? fail(`from here on this is no valid ${what}`, first)
    : octets
}

/** With the octet in front that gives their number, which may not be more than 255. */
const withLength = (octets: Uint8Array): Uint8Array =>
  Buffer.concat([u8Octets(octets.length), octets])

/** At least one octet. */
const countedOctets = (token: Token, what: string, decode: Decode): Uint8Array => {
  const octets = decoded(token, what, decode)
  if (octets.length > 0xff) fail(`this ${what} has more than 255 octets`, token)
  return withLength(octets)
}

/** RFC 5155 §3.3: no salt is a dash. */
const saltFromText = (input: TokenCursor): Uint8Array => {
  const token = input.word('a salt')
  return token.text === '-' ? u8Octets(0) : countedOctets(token, 'hex', octetsFromHex)
}

/** RFC 1035 §3.3. */
const stringFromText = (input: TokenCursor): Uint8Array => {
  const token = input.next('a string')
  const octets = stringOctets(token.text, token)
  if (octets.length > 0xff) {
    fail('this string has more than 255 octets; cut it into several', token)
  }
  return withLength(octets)
}

/** RFC 1035 §3.3.14: at least one. */
const stringsFromText = (input: TokenCursor): Uint8Array => {
  const strings = [stringFromText(input)]
  while (input.more) strings.push(stringFromText(input))
  return Buffer.concat(strings)
}

/** RFC 8659 §4.1. */
const tagFromText = (input: TokenCursor): Uint8Array => {
  const token = input.word('a property tag')
  return /^[0-9a-z]{1,255}$/i.test(token.text)
    ? withLength(fromLatin1(token.text))
    : fail(`${shown(token.text)} is no property tag of letters and digits`, token)
}

const longStringFromText = (input: TokenCursor): Uint8Array => {
  const token = input.next('a string')
  return stringOctets(token.text, token)
}
