/** The twelve octets that every message begins with (RFC 1035 §4.1.1, RFC 2136 §2.2). */
import { u16At } from '../base/bytes.ts'

export const HEADER_LENGTH = 12

/** The bits of the second 16-bit word. */
export const Flag = {
  QR: 0x8000,
  AA: 0x0400,
  TC: 0x0200,
  RD: 0x0100,
} as const

export interface Header {
  /** Chosen by the client, copied into the answer. */
  readonly id: number
  /** QR, Opcode, AA, TC, RD, RA, Z, AD, CD and RCODE as they stand in the packet. */
  readonly flags: number
  /** Records in each section: question/zone, answer/prerequisite, authority/update, additional. */
  readonly counts: readonly [number, number, number, number]
}

/** @returns undefined when the packet is shorter than a header */
export const readHeader = (packet: Uint8Array): Header | undefined =>
  packet.length < HEADER_LENGTH
    ? undefined
    : {
        id: u16At(packet, 0),
        flags: u16At(packet, 2),
        counts: [u16At(packet, 4), u16At(packet, 6), u16At(packet, 8), u16At(packet, 10)],
      }

export const isResponse = (header: Header): boolean => (header.flags & Flag.QR) !== 0

export const opcodeOf = (header: Header): number => (header.flags >> 11) & 0xf

/** The flags of an answer: the request's Opcode and RD, QR set, and what the answerer adds. */
export const answerFlags = (request: Header, rcode: number, added = 0): number =>
  Flag.QR | (request.flags & (0x7800 | Flag.RD)) | added | (rcode & 0xf)
