/** The fields that RDATA is made of, as octets: taking one, and whether it is well-formed. */
import { toLatin1 } from '../base/bytes.ts'
import type { Field } from './rdata-layout.ts'
import type { Reader } from './reader.ts'

/** Octets of the fields that always have as many. */
const FIXED_LENGTHS = {
  u8: 1,
  u16: 2,
  u32: 4,
  ttl: 4,
  time: 4,
  type: 2,
  ipv4: 4,
  ipv6: 16,
  eui48: 6,
  eui64: 8,
} as const satisfies Partial<Record<Field, number>>

const isFixed = (field: Field): field is keyof typeof FIXED_LENGTHS => field in FIXED_LENGTHS

/** Takes one field; gives its name back, expanded, when it is one. */
export const readField = (reader: Reader, field: Field): Uint8Array | undefined => {
  if (isFixed(field)) {
    reader.skip(FIXED_LENGTHS[field])
    return undefined
  }
  switch (field) {
    case 'compressible-name':
    case 'expandable-name':
      return reader.name('follow')
    case 'plain-name':
      return reader.name('forbid')
    case 'string':
    case 'salt':
      reader.skip(reader.u8())
      return undefined
    case 'strings':
      do reader.skip(reader.u8())
      while (reader.ok && reader.remaining > 0)
      return undefined
    case 'tag':
      // RFC 8659 §4.1: at least one letter or digit.
      reader.ok &&= /^[0-9a-z]+$/i.test(toLatin1(reader.bytes(reader.u8())))
      return undefined
    case 'hex':
    case 'base64':
      reader.ok &&= reader.remaining > 0
      reader.rest()
      return undefined
    case 'hash': {
      // RFC 5155 §3.2: the hash has at least one octet.
      const length = reader.u8()
      reader.ok &&= length > 0
      reader.skip(length)
      return undefined
    }
    case 'types':
      readTypeBitMap(reader)
      return undefined
    case 'location':
      // RFC 1876 §2: version 0 has sixteen octets; other versions are not known to anyone.
      reader.ok &&= reader.u8() === 0
      reader.skip(15)
      return undefined
    case 'prefixes':
      readAddressPrefixes(reader)
      return undefined
    case 'service-parameters':
      readServiceParameters(reader)
      return undefined
    case 'old-types':
      readOldTypes(reader)
      return undefined
    case 'services':
    case 'long-string':
    case 'optional-base64':
      reader.rest()
      return undefined
  }
}

/** RFC 4034 §4.1.2: windows in rising order, each of 1 to 32 octets, none that ends in zero. */
const readTypeBitMap = (reader: Reader): void => {
  let previous = -1
  while (reader.ok && reader.remaining > 0) {
    const window = reader.u8()
    const length = reader.u8()
    const bits = reader.bytes(length)
    reader.ok &&= window > previous && length >= 1 && length <= 32 && bits[length - 1] !== 0
    previous = window
  }
}

/** RFC 2535 §5.2: up to type 127, and none that ends in zero; with the first bit it has another format. */
const readOldTypes = (reader: Reader): void => {
  const bits = reader.rest()
  const isOther = bits[0] !== undefined && bits[0] >= 0x80
  reader.ok &&= isOther || (bits.length >= 1 && bits.length <= 16 && bits[bits.length - 1] !== 0)
}

/** RFC 3123 §4: family, prefix length, negation and length of the address, trailing zeros cut. */
const readAddressPrefixes = (reader: Reader): void => {
  while (reader.ok && reader.remaining > 0) {
    const family = reader.u16()
    const prefix = reader.u8()
    const length = reader.u8() & 0x7f
    const address = reader.bytes(length)
    reader.ok &&= length === 0 || address[length - 1] !== 0
    if (family === 1) reader.ok &&= prefix <= 32 && length <= 4
    if (family === 2) reader.ok &&= prefix <= 128 && length <= 16
  }
}

/** RFC 9460 §2.2: keys in strictly rising order, each with the length of its value. */
const readServiceParameters = (reader: Reader): void => {
  let previous = -1
  while (reader.ok && reader.remaining > 0) {
    const key = reader.u16()
    reader.skip(reader.u16())
    reader.ok &&= key > previous
    previous = key
  }
}
