/**
 * Builds one message, section by section, within a limit of octets. An RRset goes in whole or not
 * at all (RFC 2181 §9); what did not fit leaves no trace but the caller's `false`.
 */
import { octetAt, toLatin1 } from '../base/bytes.ts'
import type { RrClass, RrType } from './codes.ts'
import { HEADER_LENGTH } from './header.ts'
import { type Name } from './name.ts'
import { nameRanges } from './rdata.ts'

export type Section = 'answer' | 'authority' | 'additional'

/** Where each section's count stands in the header (RFC 1035 §4.1.1). */
const COUNT_OFFSET = { question: 4, answer: 6, authority: 8, additional: 10 } as const

/** Offsets from here on do not fit a compression pointer (RFC 1035 §4.1.4). */
export const POINTER_REACH = 0x4000

/** Pointers that lead to pointers, one after the other: decoders give up on long chains. */
export const MAX_POINTERS = 8

/** A name, or the end of one, that stands in the message. */
interface Suffix {
  readonly offset: number
  /** How many pointers it takes to read it. */
  pointers: number
}

const FIRST_CAPACITY = 512

/** The finished message with one more additional record at its end. */
export const appendRecord = (message: Uint8Array, record: Uint8Array): Uint8Array => {
  const whole = Buffer.concat([message, record])
  whole.writeUInt16BE(whole.readUInt16BE(COUNT_OFFSET.additional) + 1, COUNT_OFFSET.additional)
  return whole
}

export class MessageWriter {
  private octets = Buffer.allocUnsafe(FIRST_CAPACITY)
  private length = HEADER_LENGTH
  private limit: number
  private fits = true
  private asked: Uint8Array | undefined
  /** Whether an RRset was left out because it did not fit. */
  isShort = false
  /**
   * Whether what was written could be other octets if the question were spelled in other letters: it
   * has names besides the question's own, which may lean on it (RFC 1035 §4.1.4).
   */
  leansOnSpelling = false
  /** Suffixes already written, by their exact spelling, so that nobody's spelling changes. */
  private readonly suffixes = new Map<string, Suffix>()

  /** @param limit the most octets the message may have */
  constructor(limit: number) {
    this.limit = limit
    this.octets.fill(0, 0, HEADER_LENGTH)
  }

  /** Sets room aside for the OPT and TSIG RRs that come at the end. */
  reserve(octets: number): void {
    this.limit -= octets
  }

  header(id: number, flags: number): void {
    this.octets.writeUInt16BE(id, 0)
    this.octets.writeUInt16BE(flags, 2)
  }

  /** The question, spelled as the client spelled it. */
  question(name: Name, type: RrType, rrClass: RrClass): void {
    this.asked = name
    this.name(name)
    this.u16(type)
    this.u16(rrClass)
    this.count('question', 1)
  }

  /**
   * All records of an RRset, or none of them.
   * @param ttl seconds
   * @param rdatas uncompressed RDATA octets
   * @returns whether they fitted
   */
  rrset(
    section: Section,
    owner: Name,
    type: RrType,
    rrClass: RrClass,
    ttl: number,
    rdatas: readonly Uint8Array[],
  ): boolean {
    const start = this.length
    if (owner !== this.asked) this.leansOnSpelling = true
    for (const rdata of rdatas) {
      this.name(owner)
      this.u16(type)
      this.u16(rrClass)
      this.u32(ttl)
      const lengthAt = this.length
      this.u16(0)
      this.rdata(type, rdata)
      if (!this.fits) {
        this.rollBack(start)
        return false
      }
      this.octets.writeUInt16BE(this.length - lengthAt - 2, lengthAt)
    }
    this.count(section, rdatas.length)
    return true
  }

  /** Octets that are left of the limit. */
  get room(): number {
    return this.limit - this.length
  }

  /** Appends a whole additional record as it is, whatever the limit: room was set aside for it. */
  appendRecord(record: Uint8Array): void {
    this.limit = Math.max(this.limit, this.length + record.length)
    this.bytes(record)
    this.count('additional', 1)
  }

  /** The message so far. */
  finish(): Uint8Array {
    return this.octets.subarray(0, this.length)
  }

  private count(section: keyof typeof COUNT_OFFSET, records: number): void {
    const at = COUNT_OFFSET[section]
    this.octets.writeUInt16BE(this.octets.readUInt16BE(at) + records, at)
  }

  private rollBack(length: number): void {
    this.length = length
    this.fits = true
    this.isShort = true
    for (const [text, { offset }] of this.suffixes) {
      if (offset >= length) this.suffixes.delete(text)
    }
  }

  /** Takes room for `size` octets; the place to write them, or -1 when the limit is reached. */
  private claim(size: number): number {
    const at = this.length
    if (at + size > this.limit) this.fits = false
    if (!this.fits) return -1
    this.length = at + size
    if (this.length > this.octets.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.octets.length * 2, this.length))
      this.octets.copy(larger, 0, 0, at)
      this.octets = larger
    }
    return at
  }

  private u16(value: number): void {
    const at = this.claim(2)
    if (at >= 0) this.octets.writeUInt16BE(value, at)
  }

  private u32(value: number): void {
    const at = this.claim(4)
    if (at >= 0) this.octets.writeUInt32BE(value, at)
  }

  private bytes(octets: Uint8Array): void {
    const at = this.claim(octets.length)
    if (at >= 0) this.octets.set(octets, at)
  }

  /** Writes a name; its longest known suffix becomes a pointer (RFC 1035 §4.1.4). */
  private name(name: Uint8Array): void {
    const added: Suffix[] = []
    let label = 0
    for (;;) {
      const length = octetAt(name, label)
      if (length === 0) {
        this.bytes(name.subarray(label))
        return
      }
      const text = toLatin1(name.subarray(label))
      const known = this.suffixes.get(text)
      if (known !== undefined && known.pointers < MAX_POINTERS) {
        this.u16(0xc000 | known.offset)
        for (const suffix of added) suffix.pointers = known.pointers + 1
        return
      }
      if (this.length < POINTER_REACH) {
        const suffix = { offset: this.length, pointers: 0 }
        this.suffixes.set(text, suffix)
        added.push(suffix)
      }
      this.bytes(name.subarray(label, label + 1 + length))
      label += length + 1
    }
  }

  /** RDATA whose names are compressed only where RFC 3597 §4 allows it. */
  private rdata(type: RrType, rdata: Uint8Array): void {
    let written = 0
    for (const { start, end } of nameRanges(type, rdata, 'compressible')) {
      this.leansOnSpelling = true
      this.bytes(rdata.subarray(written, start))
      this.name(rdata.subarray(start, end))
      written = end
    }
    this.bytes(rdata.subarray(written))
  }
}
