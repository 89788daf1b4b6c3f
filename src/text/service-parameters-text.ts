/** SvcParams as text, both ways (RFC 9460 §2.1, appendix A). */
import { toLatin1, u16At } from '../base/bytes.ts'
import type { Reader } from '../wire/reader.ts'
import { ipv4OctetsFromText, ipv4ToText, ipv6FromText, ipv6ToText } from './address-text.ts'
import { base64Of, octetsFromBase64 } from './binary-text.ts'
import { u16Octets } from './integers.ts'
import {
  isServiceKey,
  keysOf,
  protocolsOf,
  serviceFault,
  ServiceKey,
  serviceKeyFromName,
  serviceKeyName,
} from './service-keys.ts'
import { joinedValues, quotedText, stringOctets, valueList } from './string-text.ts'
import type { TokenCursor } from './token-cursor.ts'
import { fail, shown, type Token } from './tokens.ts'

/** @returns undefined when the parameters break the rules that their text must keep */
export const serviceParametersToText = (reader: Reader): string | undefined => {
  const parameters = new Map<number, Uint8Array>()
  while (reader.remaining > 0) parameters.set(reader.u16(), reader.bytes(reader.u16()))
  return serviceFault(parameters) === undefined
    ? Array.from(parameters, ([key, value]) => parameterToText(key, value)).join(' ')
    : undefined
}

const parameterToText = (key: number, value: Uint8Array): string => {
  const text = valueToText(key, value)
  return text === '' ? serviceKeyName(key) : `${serviceKeyName(key)}=${text}`
}

const pieces = (value: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: value.length / size }, (_, index) =>
    value.subarray(index * size, (index + 1) * size),
  )

/** Of a value that has no fault; empty when the key stands alone. */
const valueToText = (key: number, value: Uint8Array): string => {
  if (!isServiceKey(key)) return plainText(value)
  switch (key) {
    case ServiceKey.mandatory:
      return keysOf(value).map(serviceKeyName).join(',')
    case ServiceKey.alpn:
      return quotedText(joinedValues(protocolsOf(value)))
    case ServiceKey.noDefaultAlpn:
      return ''
    case ServiceKey.port:
      return String(u16At(value, 0))
    case ServiceKey.ipv4hint:
      return pieces(value, 4).map(ipv4ToText).join(',')
    case ServiceKey.ech:
      return base64Of(value)
    case ServiceKey.ipv6hint:
      return pieces(value, 16).map(ipv6ToText).join(',')
    case ServiceKey.dohpath:
      return plainText(value)
  }
}

const plainText = (value: Uint8Array): string => (value.length === 0 ? '' : quotedText(value))

/** @throws TextError */
export const serviceParametersFromText = (input: TokenCursor): Uint8Array => {
  const parameters = new Map<number, Uint8Array>()
  const tokens = new Map<number, Token>()
  while (input.more) {
    const token = input.word('a parameter')
    const [name = '', ...rest] = token.text.split('=')
    const key =
      serviceKeyFromName(name) ??
      fail(`${shown(name)} is no key; one without a name is written key and its number`, token)
    if (parameters.has(key)) fail(`${shown(name)} is given twice`, token)
    parameters.set(key, valueFromText(name, key, parameterValue(rest, token, input), token))
    tokens.set(key, token)
  }
  const sorted = new Map([...parameters].sort(([a], [b]) => a - b))
  const fault = serviceFault(sorted)
  for (const [key, token] of tokens) if (key === fault?.key) fail(fault.why, token)
  return Buffer.concat(
    Array.from(sorted).flatMap(([key, value]) => [u16Octets(key), u16Octets(value.length), value]),
  )
}

/** The octets behind the `=`, be they quoted or not. */
const parameterValue = (rest: readonly string[], token: Token, input: TokenCursor): Uint8Array => {
  const text = rest.join('=')
  if (input.upcoming?.glued === true && token.text.endsWith('=') && text === '') {
    const quoted = input.next('a value')
    return stringOctets(quoted.text, quoted)
  }
  return stringOctets(text, token)
}

/** A key that is written as a number takes its value as plain octets, known or not. */
const valueFromText = (name: string, key: number, octets: Uint8Array, token: Token): Uint8Array =>
  octets.length === 0 || /^key\d/.test(name) || !isServiceKey(key)
    ? octets
    : (knownValue(key, octets) ?? fail(`${shown(token.text)} has no valid value`, token))

/** The wire form of a value that is not empty; undefined when it is not what the key takes. */
const knownValue = (key: ServiceKey, octets: Uint8Array): Uint8Array | undefined => {
  switch (key) {
    case ServiceKey.mandatory:
      return keysFromText(toLatin1(octets))
    case ServiceKey.alpn:
      return protocolsFromText(octets)
    case ServiceKey.port:
      return portFromText(toLatin1(octets))
    case ServiceKey.ipv4hint:
      return joined(toLatin1(octets).split(',').map(ipv4OctetsFromText))
    case ServiceKey.ech:
      return octetsFromBase64(toLatin1(octets))
    case ServiceKey.ipv6hint:
      return joined(toLatin1(octets).split(',').map(ipv6FromText))
    case ServiceKey.noDefaultAlpn:
    case ServiceKey.dohpath:
      return octets
  }
}

const joined = (parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined => {
  const known = parts.filter((part) => part !== undefined)
  return known.length === parts.length ? Buffer.concat(known) : undefined
}

/** RFC 9460 §8: written in any order, rising on the wire. */
const keysFromText = (text: string): Uint8Array | undefined => {
  const keys = text.split(',').map((name) => serviceKeyFromName(name) ?? -1)
  return keys.includes(-1) ? undefined : Buffer.concat(keys.sort((a, b) => a - b).map(u16Octets))
}

/** RFC 9460 §7.1.1: the ids are escaped once more than other strings are. */
const protocolsFromText = (octets: Uint8Array): Uint8Array | undefined => {
  const ids = valueList(octets)
  return ids.every((id) => id.length <= 0xff)
    ? Buffer.concat(ids.flatMap((id) => [Uint8Array.of(id.length), id]))
    : undefined
}

const portFromText = (text: string): Uint8Array | undefined =>
  /^\d{1,5}$/.test(text) && Number(text) <= 0xffff ? u16Octets(Number(text)) : undefined
