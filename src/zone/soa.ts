/** The SOA of a zone and the numbers in it (RFC 1035 §3.3.13). */
import { asBuffer, copyBytes, equalBytes } from '../base/bytes.ts'
import { RrType } from '../wire/codes.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import { rdataAt } from '../wire/rdata.ts'
import type { RecordView } from '../wire/record.ts'
import { findRrset, type Node } from './node.ts'
import { serialOf, type Serial } from './serial.ts'

export interface Soa {
  /** Seconds. */
  readonly ttl: number
  readonly rdata: Uint8Array
}

/** The SOA at an apex. Every zone has one: nothing publishes or keeps a zone without it. */
export const soaOf = (apex: Node | undefined): Soa => {
  const rrset = findRrset(apex, RrType.SOA)
  const rdata = rrset?.rdatas[0]
  if (rrset === undefined || rdata === undefined) throw new Error('a zone without a SOA')
  return { ttl: rrset.ttl, rdata }
}

export const serialOfApex = (apex: Node | undefined): Serial => soaSerial(soaOf(apex).rdata)

/**
 * The serial of the zone's SOA among the records of a message.
 * @returns undefined when there is none; `malformed` when its RDATA is none
 */
export const serialAmong = (
  packet: Uint8Array,
  records: readonly RecordView[],
  apex: Name,
): Serial | 'malformed' | undefined => {
  const soa = records.find(({ type, owner }) => type === RrType.SOA && nameEquals(owner, apex))
  if (soa === undefined) return undefined
  const rdata = rdataAt(packet, soa.type, soa.rdataOffset, soa.rdataLength)
  return rdata === undefined ? 'malformed' : soaSerial(rdata)
}

/** SERIAL, REFRESH, RETRY, EXPIRE and MINIMUM: the last 20 octets of SOA RDATA. */
const SERIAL_FROM_END = 20
const REFRESH_FROM_END = 16
const RETRY_FROM_END = 12
const EXPIRE_FROM_END = 8
const MINIMUM_FROM_END = 4

/** The serial in (checked) SOA RDATA. */
export const soaSerial = (rdata: Uint8Array): Serial =>
  serialOf(asBuffer(rdata).readUInt32BE(rdata.length - SERIAL_FROM_END))

/** REFRESH, in seconds: how often a secondary asks for the serial (RFC 1034 §4.3.5). */
export const soaRefresh = (rdata: Uint8Array): number =>
  asBuffer(rdata).readUInt32BE(rdata.length - REFRESH_FROM_END)

/** RETRY, in seconds: how soon it asks again when it got no answer. */
export const soaRetry = (rdata: Uint8Array): number =>
  asBuffer(rdata).readUInt32BE(rdata.length - RETRY_FROM_END)

/** EXPIRE, in seconds: how long it answers for the zone without having heard of the primary. */
export const soaExpire = (rdata: Uint8Array): number =>
  asBuffer(rdata).readUInt32BE(rdata.length - EXPIRE_FROM_END)

/** MINIMUM, in seconds: the TTL of negative answers (RFC 2308 §4). */
export const soaMinimum = (rdata: Uint8Array): number =>
  asBuffer(rdata).readUInt32BE(rdata.length - MINIMUM_FROM_END)

/** Whether nothing but the serial differs. */
export const isSoaRaised = (before: Soa, after: Soa): boolean =>
  before.ttl === after.ttl &&
  equalBytes(
    before.rdata.subarray(0, -SERIAL_FROM_END),
    after.rdata.subarray(0, -SERIAL_FROM_END),
  ) &&
  equalBytes(before.rdata.subarray(-REFRESH_FROM_END), after.rdata.subarray(-REFRESH_FROM_END))

/** The same SOA RDATA with another serial. */
export const withSoaSerial = (rdata: Uint8Array, value: Serial): Uint8Array => {
  const copy = asBuffer(copyBytes(rdata))
  copy.writeUInt32BE(value, copy.length - SERIAL_FROM_END)
  return copy
}
