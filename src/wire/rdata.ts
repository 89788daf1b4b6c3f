/**
 * RDATA as octets: checking what came in a message, comparing two, and finding the names inside.
 * Within livezone RDATA is uncompressed; it is compressed or expanded only at a message's edge.
 */
import { copyBytes, equalBytes, octetAt } from '../base/bytes.ts'
import type { RrType } from './codes.ts'
import { endOfName, foldOctet } from './name.ts'
import { Reader } from './reader.ts'
import { readField } from './rdata-field.ts'
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

/** Whether RDATA of the TYPE has names that may be compressed (RFC 3597 §4). */
export const mayCompress = (type: RrType): boolean => namesIn(type).compressible

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
  (namesIn(type).any &&
    // Most pairs differ in more than case, and that is seen without a copy.
    equalButForCase(a, b) &&
    equalBytes(canonicalRdata(type, a), canonicalRdata(type, b)))

const equalButForCase = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length &&
  a.every((octet, index) => foldOctet(octet) === foldOctet(octetAt(b, index)))
