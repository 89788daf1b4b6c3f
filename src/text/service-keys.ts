/** SvcParamKeys (RFC 9460 §14.3.2) and what their values must look like (RFC 9460 §7, §8). */
import { u16At } from '../base/bytes.ts'
import { Reader } from '../wire/reader.ts'

export const ServiceKey = {
  mandatory: 0,
  alpn: 1,
  noDefaultAlpn: 2,
  port: 3,
  ipv4hint: 4,
  ech: 5,
  ipv6hint: 6,
  /** RFC 9461 §5; printed as `key7`, which every server reads. */
  dohpath: 7,
} as const
export type ServiceKey = (typeof ServiceKey)[keyof typeof ServiceKey]

const keyNames = new Map<number, string>([
  [ServiceKey.mandatory, 'mandatory'],
  [ServiceKey.alpn, 'alpn'],
  [ServiceKey.noDefaultAlpn, 'no-default-alpn'],
  [ServiceKey.port, 'port'],
  [ServiceKey.ipv4hint, 'ipv4hint'],
  [ServiceKey.ech, 'ech'],
  [ServiceKey.ipv6hint, 'ipv6hint'],
])

const keyValues = new Map<string, number>([
  ...Array.from(keyNames, ([key, name]) => [name, key] as const),
  ['dohpath', ServiceKey.dohpath],
])

export const serviceKeyName = (key: number): string => keyNames.get(key) ?? `key${key}`

/** Reads a name, or `key65280` without leading zeros (RFC 9460 §2.1); lower case only. */
export const serviceKeyFromName = (text: string): number | undefined => {
  const known = keyValues.get(text)
  if (known !== undefined) return known
  const digits = /^key(0|[1-9]\d{0,4})$/.exec(text)?.[1]
  return digits === undefined || Number(digits) > 0xffff ? undefined : Number(digits)
}

/** The 16-bit numbers of a `mandatory` value of even length. */
export const keysOf = (value: Uint8Array): number[] =>
  Array.from({ length: value.length / 2 }, (_, index) => u16At(value, index * 2))

/** The protocol ids of an `alpn` value; none when one is empty or cut, which no value has. */
export const protocolsOf = (value: Uint8Array): readonly Uint8Array[] => {
  const reader = new Reader(value)
  const protocols: Uint8Array[] = []
  while (reader.remaining > 0 && reader.ok) protocols.push(reader.bytes(reader.u8()))
  return reader.ok && protocols.every((id) => id.length > 0) ? protocols : []
}

export type ServiceParameters = ReadonlyMap<number, Uint8Array>

/** A parameter that contradicts the RFC, and how. */
export interface ServiceFault {
  readonly key: number
  readonly why: string
}

export const serviceFault = (parameters: ServiceParameters): ServiceFault | undefined => {
  for (const [key, value] of parameters) {
    const why = valueFault(key, value, parameters)
    if (why !== undefined) return { key, why: `${serviceKeyName(key)} ${why}` }
  }
  return undefined
}

const isMultiple = (value: Uint8Array, size: number): boolean =>
  value.length > 0 && value.length % size === 0

/** A key without rules of its own may have any value. */
const valueFault = (
  key: number,
  value: Uint8Array,
  parameters: ServiceParameters,
): string | undefined => {
  if (!isServiceKey(key)) return undefined
  switch (key) {
    case ServiceKey.mandatory:
      return mandatoryFault(value, parameters)
    case ServiceKey.alpn:
      return protocolsOf(value).length === 0 ? 'needs protocol ids of 1 to 255 octets' : undefined
    case ServiceKey.noDefaultAlpn:
      if (value.length > 0) return 'takes no value'
      // RFC 9460 §7.1.1
      return parameters.has(ServiceKey.alpn) ? undefined : 'needs alpn beside it'
    case ServiceKey.port:
      return value.length === 2 ? undefined : 'needs one number'
    case ServiceKey.ipv4hint:
      return isMultiple(value, 4) ? undefined : 'needs IPv4 addresses'
    case ServiceKey.ech:
      return value.length > 0 ? undefined : 'needs base64'
    case ServiceKey.ipv6hint:
      return isMultiple(value, 16) ? undefined : 'needs IPv6 addresses'
    case ServiceKey.dohpath:
      return undefined
  }
}

/** The keys that have rules are the first ones, without a gap. */
export const isServiceKey = (key: number): key is ServiceKey => key <= ServiceKey.dohpath

/** RFC 9460 §8: rising, without `mandatory` itself, and each of the keys is there. */
const mandatoryFault = (value: Uint8Array, parameters: ServiceParameters): string | undefined => {
  if (!isMultiple(value, 2)) return 'needs keys'
  let previous: number = ServiceKey.mandatory
  for (const key of keysOf(value)) {
    if (key <= previous) return 'names itself, or a key twice'
    if (!parameters.has(key)) return `names ${serviceKeyName(key)}, which is not here`
    previous = key
  }
  return undefined
}
