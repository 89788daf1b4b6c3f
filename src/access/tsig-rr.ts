/** The TSIG RR (RFC 8945 §4.2) as octets. */
import { octetAt } from '../base/bytes.ts'
import { RrClass, RrType } from '../wire/codes.ts'
import { foldOctet, type Name } from '../wire/name.ts'
import { Reader } from '../wire/reader.ts'
import type { RecordView } from '../wire/record.ts'

export interface Tsig {
  readonly keyName: Name
  readonly algorithmName: Name
  /** Seconds since 1970, 48 bits. */
  readonly timeSigned: number
  /** Seconds either way within which the time is taken. */
  readonly fudge: number
  readonly mac: Uint8Array
  readonly originalId: number
  readonly error: number
  readonly otherData: Uint8Array
}

/** @returns undefined when the record is not what RFC 8945 §4.2 says */
export const readTsig = (packet: Uint8Array, record: RecordView): Tsig | undefined => {
  if (record.class !== RrClass.ANY || record.ttl !== 0) return undefined
  const reader = new Reader(packet, record.rdataOffset, record.rdataOffset + record.rdataLength)
  const tsig = {
    keyName: record.owner,
    algorithmName: reader.name('forbid'),
    timeSigned: reader.u48(),
    fudge: reader.u16(),
    mac: reader.bytes(reader.u16()),
    originalId: reader.u16(),
    error: reader.u16(),
    otherData: reader.bytes(reader.u16()),
  }
  return reader.ok && reader.remaining === 0 ? tsig : undefined
}

/** Octets of the RR but for its names, its MAC and its other data. */
const FIXED_LENGTH = 2 + 2 + 4 + 2 + (6 + 2 + 2 + 2 + 2 + 2)

/** How long the RR is: for setting room aside in a message. */
export const tsigLength = (
  keyName: Name,
  algorithmName: Name,
  macLength: number,
  otherLength: number,
): number => FIXED_LENGTH + keyName.length + algorithmName.length + macLength + otherLength

/** The RR, to be appended to a message. */
export const tsigRecord = (tsig: Tsig): Uint8Array => {
  const { keyName, algorithmName, mac, otherData } = tsig
  const length = tsigLength(keyName, algorithmName, mac.length, otherData.length)
  const octets = Buffer.alloc(length)
  octets.set(keyName)
  let at = octets.writeUInt16BE(RrType.TSIG, keyName.length)
  at = octets.writeUInt16BE(RrClass.ANY, at)
  at = octets.writeUInt32BE(0, at)
  at = octets.writeUInt16BE(length - at - 2, at)
  octets.set(algorithmName, at)
  at = writeTimers(octets, at + algorithmName.length, tsig)
  at = octets.writeUInt16BE(mac.length, at)
  octets.set(mac, at)
  at = octets.writeUInt16BE(tsig.originalId, at + mac.length)
  at = octets.writeUInt16BE(tsig.error, at)
  at = octets.writeUInt16BE(otherData.length, at)
  octets.set(otherData, at)
  return octets
}

const writeTimers = (octets: Buffer, start: number, tsig: Tsig): number => {
  const at = octets.writeUIntBE(tsig.timeSigned, start, 6)
  return octets.writeUInt16BE(tsig.fudge, at)
}

/** What of the RR goes into the MAC (RFC 8945 §4.3.3): names in lower case, neither MAC nor ID. */
export const tsigVariables = (tsig: Tsig): Uint8Array => {
  const { keyName, algorithmName, otherData } = tsig
  const octets = Buffer.allocUnsafe(keyName.length + algorithmName.length + otherData.length + 18)
  let at = writeLowerCase(octets, keyName, 0)
  at = octets.writeUInt16BE(RrClass.ANY, at)
  at = octets.writeUInt32BE(0, at)
  at = writeTimers(octets, writeLowerCase(octets, algorithmName, at), tsig)
  at = octets.writeUInt16BE(tsig.error, at)
  at = octets.writeUInt16BE(otherData.length, at)
  octets.set(otherData, at)
  return octets
}

const writeLowerCase = (octets: Buffer, name: Name, start: number): number => {
  for (let i = 0; i < name.length; i++) octets[start + i] = foldOctet(octetAt(name, i))
  return start + name.length
}

/** What of the RR goes into the MACs of an answer's further messages (RFC 8945 §5.3.1). */
export const tsigTimers = (tsig: Tsig): Uint8Array => {
  const octets = Buffer.alloc(8)
  writeTimers(octets, 0, tsig)
  return octets
}
