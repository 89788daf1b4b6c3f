/** The OPT pseudo-RR (RFC 6891): what a client says of itself, and what we say of us. */
import { RrType } from './codes.ts'
import { Reader } from './reader.ts'
import type { RecordView } from './record.ts'

/**
 * The largest UDP answer that goes unfragmented nearly everywhere (RFC 9715 §3.1, DNS flag day
 * 2020): our own limit, and what we announce.
 */
export const EDNS_UDP_SIZE = 1232
/** The limit without EDNS (RFC 1035 §4.2.1), and the least that EDNS can ask for (RFC 6891 §6.2.3). */
export const PLAIN_UDP_SIZE = 512

/** An OPT RR without options (RFC 6891 §6.1.2). */
export const OPT_LENGTH = 11

export interface EdnsOption {
  readonly code: number
  readonly data: Uint8Array
}

export interface Edns {
  /** The largest UDP payload the sender takes, in octets, as it stands in the packet. */
  readonly udpSize: number
  readonly version: number
  /** DNSSEC OK (RFC 3225 §3). */
  readonly dnssecOk: boolean
  readonly options: readonly EdnsOption[]
}

/** @returns undefined when the options run out of the RDATA (RFC 6891 §6.1.2) */
export const readOpt = (packet: Uint8Array, record: RecordView): Edns | undefined => {
  const reader = new Reader(packet, record.rdataOffset, record.rdataOffset + record.rdataLength)
  const options: EdnsOption[] = []
  while (reader.ok && reader.remaining > 0) {
    options.push({ code: reader.u16(), data: reader.bytes(reader.u16()) })
  }
  return reader.ok
    ? {
        udpSize: record.class,
        version: (record.ttl >>> 16) & 0xff,
        dnssecOk: (record.ttl & 0x8000) !== 0,
        options,
      }
    : undefined
}

/**
 * Our OPT RR, to be appended to a message.
 * @param rcode its upper eight bits travel here (RFC 6891 §6.1.3)
 * @param dnssecOk copied from the request (RFC 3225 §3)
 */
export const optRecord = (rcode: number, dnssecOk: boolean): Uint8Array => {
  const octets = Buffer.alloc(OPT_LENGTH)
  octets.writeUInt16BE(RrType.OPT, 1)
  octets.writeUInt16BE(EDNS_UDP_SIZE, 3)
  octets.writeUInt8(rcode >> 4, 5)
  octets.writeUInt16BE(dnssecOk ? 0x8000 : 0, 7)
  return octets
}
