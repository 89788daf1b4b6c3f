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
export const PLAIN_OPT_LENGTH = 11
/** Before the data of each option: its code and length. */
const OPTION_HEAD = 4

/** The options that we know (IANA "DNS EDNS0 Option Codes"); others are ignored (RFC 6891 §6.1.2). */
export const OptionCode = {
  /** RFC 5001 */
  NSID: 3,
  /** RFC 7314 */
  EXPIRE: 9,
  /** RFC 7873 */
  COOKIE: 10,
  /** RFC 7828 */
  TCP_KEEPALIVE: 11,
  /** RFC 8914 */
  EXTENDED_ERROR: 15,
  /** RFC 9660 */
  ZONEVERSION: 19,
} as const

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

/** What our OPT RR says. */
export interface OwnOpt {
  /** Its upper eight bits travel here (RFC 6891 §6.1.3). */
  readonly rcode: number
  /** Copied from the request (RFC 3225 §3). */
  readonly dnssecOk: boolean
  /** The largest UDP payload that we take, in octets. */
  readonly udpSize: number
  readonly options: readonly EdnsOption[]
}

export const optLength = (options: readonly EdnsOption[]): number =>
  options.reduce((sum, { data }) => sum + OPTION_HEAD + data.length, PLAIN_OPT_LENGTH)

/** Our OPT RR, to be appended to a message. */
export const optRecord = ({ rcode, dnssecOk, udpSize, options }: OwnOpt): Uint8Array => {
  const octets = Buffer.alloc(optLength(options))
  octets.writeUInt16BE(RrType.OPT, 1)
  octets.writeUInt16BE(udpSize, 3)
  octets.writeUInt8(rcode >> 4, 5)
  octets.writeUInt16BE(dnssecOk ? 0x8000 : 0, 7)
  octets.writeUInt16BE(octets.length - PLAIN_OPT_LENGTH, 9)
  let at = PLAIN_OPT_LENGTH
  for (const { code, data } of options) {
    at = octets.writeUInt16BE(code, at)
    at = octets.writeUInt16BE(data.length, at)
    octets.set(data, at)
    at += data.length
  }
  return octets
}

/** Why an answer is as it is (RFC 8914 §4): for people, and only where it is not for strangers. */
export interface ExtendedError {
  readonly code: number
  readonly text: string
}

/** The INFO-CODEs that we give (RFC 8914 §4). */
export const ExtendedErrorCode = {
  OTHER: 0,
  PROHIBITED: 18,
  NOT_AUTHORITATIVE: 20,
  INVALID_DATA: 24,
} as const

export const extendedErrorOption = ({ code, text }: ExtendedError): EdnsOption => {
  const words = Buffer.from(text)
  const data = Buffer.alloc(2 + words.length)
  data.writeUInt16BE(code)
  data.set(words, 2)
  return { code: OptionCode.EXTENDED_ERROR, data }
}
