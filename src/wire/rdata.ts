/**
 * RDATA as octets: checking what came in a message, comparing two, and finding the names inside.
 * Within livezone RDATA is uncompressed; it is compressed or expanded only at a message's edge.
 */
import { copyBytes, equalBytes, octetAt, toLatin1 } from '../base/bytes.ts'
import type { RrType } from './codes.ts'
import { endOfName, foldOctet } from './name.ts'
import { Reader } from './reader.ts'
import { rdataLayout, type Field } from './rdata-layout.ts'

/** The largest RDATA that an RR can carry (RFC 1035 §3.2.1: RDLENGTH has 16 bits). */
export const MAX_RDATA_LENGTH = 0xffff

/**
 * Reads the RDATA of `type` that fills `packet` from `offset` on for `length` octets, and expands
 * the names in it that may have been compressed.
 * @returns undefined when it is not what the TYPE's definition says
 */
export const rdataAt = (
  packet: Uint8Array,
  type: RrType,
  offset: number,
  length: number,
): Uint8Array | undefined => {
  const reader = new Reader(packet, offset, offset + length)
  const layout = rdataLayout(type)
  if (layout === undefined) return copyBytes(reader.rest())
  let expanded: Uint8Array[] | undefined
  let copied = offset
  for (const field of layout) {
    const start = reader.offset
    const name = readField(reader, field)
    if (!reader.ok) return undefined
    if (name !== undefined && name.length !== reader.offset - start) {
      expanded ??= []
      expanded.push(packet.subarray(copied, start), name)
      copied = reader.offset
    }
  }
  if (reader.remaining > 0) return undefined
  if (expanded === undefined) return copyBytes(packet.subarray(offset, offset + length))
  expanded.push(packet.subarray(copied, offset + length))
  const rdata = Buffer.concat(expanded)
  return rdata.length > MAX_RDATA_LENGTH ? undefined : rdata
}

/** Whether these uncompressed octets are RDATA of the TYPE. */
export const isRdata = (type: RrType, rdata: Uint8Array): boolean => {
  if (rdata.length > MAX_RDATA_LENGTH) return false
  // Names that were compressed come back as other octets, if not always as more of them.
  const expanded = rdataAt(rdata, type, 0, rdata.length)
  return expanded !== undefined && equalBytes(expanded, rdata)
}

/** Takes one field; gives its name back, expanded, when it is one. */
const readField = (reader: Reader, field: Field): Uint8Array | undefined => {
  switch (field) {
    case 'u8':
      reader.skip(1)
      return undefined
    case 'u16':
    case 'type':
      reader.skip(2)
      return undefined
    case 'u32':
    case 'ttl':
    case 'time':
    case 'ipv4':
      reader.skip(4)
      return undefined
    case 'eui48':
      reader.skip(6)
      return undefined
    case 'eui64':
      reader.skip(8)
      return undefined
    case 'ipv6':
      reader.skip(16)
      return undefined
    case 'compressible-name':
    case 'expandable-name':
      return reader.name('follow')
    case 'plain-name':
      return reader.name('forbid')
    case 'string':
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
    case 'salt':
      reader.skip(reader.u8())
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

export interface OctetRange {
  readonly start: number
  readonly end: number
}

const NO_RANGES: readonly OctetRange[] = []

const isNameField = (field: Field): boolean => field.endsWith('-name')

interface NamesInside {
  readonly layout: readonly Field[]
  readonly any: boolean
  readonly compressible: boolean
}

const NO_NAMES: NamesInside = { layout: [], any: false, compressible: false }

/** Only TYPEs of the table come in here, so it cannot grow without bound. */
const namesByType = new Map<RrType, NamesInside>()

/** Whether RDATA of the TYPE holds names at all, and such as may be compressed. */
const namesIn = (type: RrType): NamesInside => {
  const known = namesByType.get(type)
  if (known !== undefined) return known
  const layout = rdataLayout(type)
  if (layout === undefined) return NO_NAMES
  const found = {
    layout,
    any: layout.some(isNameField),
    compressible: layout.includes('compressible-name'),
  }
  namesByType.set(type, found)
  return found
}

/** Where the names stand in checked, uncompressed RDATA: all of them or the compressible ones. */
export const nameRanges = (
  type: RrType,
  rdata: Uint8Array,
  which: 'any' | 'compressible',
): readonly OctetRange[] => {
  const names = namesIn(type)
  if (!names[which]) return NO_RANGES
  const ranges: OctetRange[] = []
  const reader = new Reader(rdata)
  for (const field of names.layout) {
    const start = reader.offset
    if (isNameField(field)) {
      reader.offset = endOfName(rdata, start)
      ranges.push({ start, end: reader.offset })
    } else {
      readField(reader, field)
    }
  }
  return ranges
}

/**
 * RDATA with the names in it in lower case: two RRs are the same when these are (RFC 2136 §1.1.1,
 * RFC 4034 §6.2).
 */
export const canonicalRdata = (type: RrType, rdata: Uint8Array): Uint8Array => {
  const ranges = nameRanges(type, rdata, 'any')
  if (ranges.length === 0) return rdata
  const folded = copyBytes(rdata)
  for (const { start, end } of ranges) {
    for (let i = start; i < end; i++) folded[i] = foldOctet(octetAt(folded, i))
  }
  return folded
}

/** Equal as data: octet by octet, the ASCII case of names in known TYPEs aside. */
export const rdataEquals = (type: RrType, a: Uint8Array, b: Uint8Array): boolean =>
  equalBytes(a, b) ||
  (a.length === b.length &&
    namesIn(type).any &&
    equalBytes(canonicalRdata(type, a), canonicalRdata(type, b)))
