/**
 * One message of a zone transfer: records one by one, as many as there is room for. Names that come
 * in canonical order share their ends with their neighbours, so a name is compressed against the
 * last ones only: that finds nearly what a table of all names would, and costs next to nothing.
 */
import { octetAt } from '../base/bytes.ts'
import { RrClass, type RrType } from './codes.ts'
import { HEADER_LENGTH } from './header.ts'
import type { Name } from './name.ts'
import { mayCompress, nameRanges } from './rdata.ts'
import type { Question } from './record.ts'
import { MAX_POINTERS, POINTER_REACH } from './writer.ts'

/**
 * Octets that a message is filled to: as far as compression pointers reach (RFC 1035 §4.1.4). OPT and
 * TSIG come on top.
 */
const FULL = POINTER_REACH

/** TYPE, CLASS, TTL and RDLENGTH. */
const RECORD_HEAD = 10

/** For as many a loop takes less time than a call. */
const FEW_OCTETS = 64

const QUESTION_COUNT = 4
const ANSWER_COUNT = 6

export interface EnvelopeRecord {
  readonly owner: Name
  readonly type: RrType
  /** Seconds. */
  readonly ttl: number
  /** Uncompressed: all of these octets, or those from `start` up to `end`. */
  readonly rdata: Uint8Array
  readonly start?: number
  readonly end?: number
}

/** A name that was written, and where each of its ends stands. */
class Trail {
  name: Uint8Array = new Uint8Array(0)
  /** By the place in the name: the offset of that label in the message; 0 where none is in reach. */
  readonly offsets = new Uint16Array(256)
  /** By the place in the name: how many pointers it takes to read on from that label. */
  readonly pointers = new Uint8Array(256)

  /** Where in `name` an end begins that is also the end of this one: the longest that may be pointed to. */
  sharedEnd(name: Uint8Array): number {
    const shift = this.name.length - name.length
    let equalFrom = name.length
    while (
      equalFrom > 0 &&
      equalFrom + shift > 0 &&
      name[equalFrom - 1] === this.name[equalFrom - 1 + shift]
    ) {
      equalFrom--
    }
    let at = 0
    for (let length = octetAt(name, 0); length > 0; length = octetAt(name, at)) {
      if (at >= equalFrom && this.canPointTo(at + shift)) return at
      at += length + 1
    }
    return at
  }

  private canPointTo(place: number): boolean {
    // Both arrays have a place for each octet of a name.
    return this.offsets[place] !== 0 && (this.pointers[place] as number) < MAX_POINTERS
  }
}

export class EnvelopeWriter {
  private octets = Buffer.allocUnsafe(FULL)
  private length = HEADER_LENGTH
  private lastOwner = new Trail()
  private lastTarget = new Trail()
  private spare = new Trail()
  /** The question's name, which stands right behind the header. */
  private readonly apex: Uint8Array
  /** The owner of the record before, and where it stands; of a new message, the question's name. */
  private owned: Uint8Array
  private ownedAt = HEADER_LENGTH
  /** How many records are in it. */
  records = 0

  /** @param question stands in every message: the zone's name, which other names can point to */
  constructor(id: number, flags: number, { name, type, class: rrClass }: Question) {
    this.octets.fill(0, 0, HEADER_LENGTH)
    this.octets.writeUInt16BE(id, 0)
    this.octets.writeUInt16BE(flags, 2)
    this.octets.writeUInt16BE(1, QUESTION_COUNT)
    this.apex = name
    this.owned = name
    this.owner(name)
    this.u16(type)
    this.u16(rrClass)
  }

  /**
   * @returns false when it is for the next message; a record larger than a message's usual size
   *   goes in when it is alone
   */
  record({ owner, type, ttl, rdata, start = 0, end = rdata.length }: EnvelopeRecord): boolean {
    // As if nothing could be compressed: a few octets are left, and nothing has to be taken back.
    const most = this.length + owner.length + RECORD_HEAD + end - start
    if (most > this.octets.length) {
      if (this.records > 0) return false
      this.grow(most)
    }
    // A name in RDATA may want to point to the owner.
    if (mayCompress(type)) this.owner(owner)
    else if (owner === this.owned) this.u16(0xc000 | this.ownedAt)
    else if (this.isChild(owner)) this.child(owner)
    else this.owner(owner)
    this.u16(type)
    this.u16(RrClass.IN)
    this.u16(ttl >>> 16)
    this.u16(ttl & 0xffff)
    const lengthAt = this.length
    this.length += 2
    this.rdata(type, rdata, start, end)
    this.octets.writeUInt16BE(this.length - lengthAt - 2, lengthAt)
    this.records++
    return true
  }

  /** The message so far; nothing is to be added to it any more. */
  finish(): Uint8Array {
    this.octets.writeUInt16BE(this.records, ANSWER_COUNT)
    return this.octets.subarray(0, this.length)
  }

  private grow(size: number): void {
    const larger = Buffer.allocUnsafe(size)
    this.octets.copy(larger, 0, 0, this.length)
    this.octets = larger
  }

  private u16(value: number): void {
    this.octets[this.length++] = value >>> 8
    this.octets[this.length++] = value
  }

  private bytes(octets: Uint8Array, start: number, end: number): void {
    if (end - start > FEW_OCTETS) {
      this.octets.set(octets.subarray(start, end), this.length)
      this.length += end - start
      return
    }
    for (let i = start; i < end; i++) this.octets[this.length++] = octetAt(octets, i)
  }

  /** Whether the name is one label below the question's, as most of most zones are. */
  private isChild(name: Uint8Array): boolean {
    const { apex } = this
    const start = octetAt(name, 0) + 1
    if (name.length !== start + apex.length || apex.length === 1) return false
    for (let at = 0; at < apex.length; at++) if (name[start + at] !== apex[at]) return false
    return true
  }

  /**
   * Such a name without a trail, which would take most of the time of a transfer (bench/load/axfr.ts).
   * The trails stay those of names before it, which are in the message as well.
   */
  private child(name: Uint8Array): void {
    this.owned = name
    this.ownedAt = this.length
    this.bytes(name, 0, octetAt(name, 0) + 1)
    this.u16(0xc000 | HEADER_LENGTH)
  }

  private owner(name: Uint8Array): void {
    const { lastOwner } = this
    this.lastOwner = this.name(name, lastOwner, lastOwner.sharedEnd(name))
    this.spare = lastOwner
  }

  /** A name in RDATA: like the one before it, or like the owner. */
  private target(name: Uint8Array): void {
    const { lastOwner, lastTarget } = this
    const [ownerEnd, targetEnd] = [lastOwner.sharedEnd(name), lastTarget.sharedEnd(name)]
    this.lastTarget =
      ownerEnd < targetEnd
        ? this.name(name, lastOwner, ownerEnd)
        : this.name(name, lastTarget, targetEnd)
    this.spare = lastTarget
  }

  /** Writes the labels up to `end` and points to what the other name has of the rest. */
  private name(name: Uint8Array, other: Trail, end: number): Trail {
    const trail = this.spare
    const shift = other.name.length - name.length
    const isPointing = octetAt(name, end) !== 0
    // Both stay within names, and so within the arrays of a trail.
    const pointers = isPointing ? (other.pointers[end + shift] as number) + 1 : 0
    trail.name = name
    // What is not the beginning of a label cannot be pointed to, though its octets may look like one.
    trail.offsets.fill(0, 0, name.length)
    // All are in reach of a pointer: what is larger than a message's usual size has no names.
    for (let at = 0; at < end; at += octetAt(name, at) + 1) {
      trail.offsets[at] = this.length + at
      trail.pointers[at] = pointers
    }
    this.bytes(name, 0, end)
    if (!isPointing) {
      this.octets[this.length++] = 0
      return trail
    }
    this.u16(0xc000 | (other.offsets[end + shift] as number))
    for (let at = end; at < name.length; at += octetAt(name, at) + 1) {
      trail.offsets[at] = other.offsets[at + shift] as number
      trail.pointers[at] = other.pointers[at + shift] as number
    }
    return trail
  }

  /** RDATA whose names are compressed only where RFC 3597 §4 allows it. */
  private rdata(type: RrType, octets: Uint8Array, start: number, end: number): void {
    let written = start
    if (mayCompress(type)) {
      const rdata = octets.subarray(start, end)
      for (const name of nameRanges(type, rdata, 'compressible')) {
        this.bytes(octets, written, start + name.start)
        this.target(rdata.subarray(name.start, name.end))
        written = start + name.end
      }
    }
    this.bytes(octets, written, end)
  }
}
