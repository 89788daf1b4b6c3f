/**
 * What a primary sends in answer to AXFR or IXFR, message by message (RFC 5936 §2.2, RFC 1995 §4):
 * where each record belongs is known by the SOAs between them. Nothing is taken on trust: the first
 * thing that does not fit ends it, and says why.
 */
import { nameToText } from '../text/name-text.ts'
import { Opcode, Rcode, rcodeName, RrClass, RrType, rrTypeName } from '../wire/codes.ts'
import { isResponse, opcodeOf } from '../wire/header.ts'
import type { Message } from '../wire/message.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import { rdataAt } from '../wire/rdata.ts'
import type { RecordView } from '../wire/record.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { isSerialAfter, type Serial } from '../zone/serial.ts'
import { soaSerial } from '../zone/soa.ts'

/** One difference sequence of an IXFR (RFC 1995 §4); the SOAs are not among the records. */
export interface Difference {
  readonly before: ZoneRecord
  readonly removed: ZoneRecord[]
  readonly after: ZoneRecord
  readonly added: ZoneRecord[]
}

export interface TransferRequest {
  readonly id: number
  readonly apex: Name
  /** The serial that we have, for IXFR; undefined for AXFR. */
  readonly serial: Serial | undefined
}

export interface TransferLimits {
  /** Records, whatever they are. */
  readonly records: number
  /** Octets of the messages. */
  readonly octets: number
  /** The same for differences, which are held in memory. */
  readonly differenceRecords: number
  readonly differenceOctets: number
}

export const TRANSFER_LIMITS: TransferLimits = {
  records: 20_000_000,
  octets: 4 * 1024 ** 3,
  differenceRecords: 100_000,
  differenceOctets: 64 * 1024 ** 2,
}

export type TransferProgress =
  | { readonly kind: 'more' }
  /** The last record has come. */
  | { readonly kind: 'done' }
  | { readonly kind: 'broken'; readonly why: string }

/** What an answer turned out to be. */
export type TransferStyle =
  /** No record has said yet. */
  | 'unknown'
  /** RFC 1995 §4: the primary has nothing newer. */
  | 'current'
  /** The whole zone; also an answer to IXFR (RFC 1995 §4). */
  | 'whole'
  | 'differences'

const MORE: TransferProgress = { kind: 'more' }
const DONE: TransferProgress = { kind: 'done' }

const broken = (why: string): TransferProgress => ({ kind: 'broken', why })

export class IncomingTransfer {
  style: TransferStyle = 'unknown'
  messages = 0
  octets = 0
  records = 0
  /** In the order in which they apply. */
  readonly differences: Difference[] = []
  private readonly request: TransferRequest
  private readonly limits: TransferLimits
  /** Takes the records of a whole zone as they come, the SOA first. */
  private readonly onRecord: (record: ZoneRecord) => string | undefined
  /** The SOA that came first: the version that the zone will have. */
  private first: ZoneRecord | undefined
  private section: 'removed' | 'added' = 'added'
  private isDone = false

  /** @param onRecord is given each record of a whole zone, and says why it cannot be in it */
  constructor(
    request: TransferRequest,
    onRecord: (record: ZoneRecord) => string | undefined,
    limits: TransferLimits = TRANSFER_LIMITS,
  ) {
    this.request = request
    this.onRecord = onRecord
    this.limits = limits
  }

  /** The serial that the zone will have; undefined before the first record. */
  get serial(): Serial | undefined {
    return this.first && soaSerial(this.first.rdata)
  }

  /** @param message its signature checked, if one is asked for */
  take(message: Message): TransferProgress {
    this.messages++
    this.octets += message.packet.length
    const unfit = this.unfit(message)
    if (unfit !== undefined) return broken(unfit)
    for (const view of message.answers) {
      const record = recordOf(message.packet, view)
      if (typeof record === 'string') return broken(record)
      const problem = this.record(record)
      if (problem !== undefined) return broken(problem)
    }
    if (this.style === 'unknown' && this.isNotNewer()) this.style = 'current'
    else if (!this.isDone) return MORE
    return this.style === 'unknown' ? broken('the zone has nothing but a SOA') : DONE
  }

  /** RFC 5936 §2.2.1, §2.2.2: the header and the question are those that were asked for. */
  private unfit({ header, questions, answers }: Message): string | undefined {
    const { id, apex, serial } = this.request
    if (!isResponse(header) || opcodeOf(header) !== Opcode.QUERY || header.id !== id) {
      return 'a message is no answer to the request'
    }
    // A number of four bits is one of them, or shown as a number.
    const rcode = (header.flags & 0xf) as Rcode
    if (rcode !== Rcode.NOERROR) return `the primary answers ${rcodeName(rcode)}`
    const [question] = questions
    const type = serial === undefined ? RrType.AXFR : RrType.IXFR
    if (question === undefined ? this.messages === 1 : question.type !== type) {
      return 'the question is not the one that was asked'
    }
    if (question !== undefined && !nameEquals(question.name, apex)) return 'another zone was sent'
    if (answers.length === 0) return 'a message has no record'
    if (this.octets > this.limits.octets) return `more than ${this.limits.octets} octets came`
    return undefined
  }

  private record(record: ZoneRecord): string | undefined {
    if (this.isDone) return 'records follow the last SOA'
    if (++this.records > this.limits.records) return `more than ${this.limits.records} records came`
    if (record.type === RrType.SOA) {
      return nameEquals(record.owner, this.request.apex)
        ? this.soa(record)
        : `a SOA of ${nameToText(record.owner)} is in the zone`
    }
    if (this.first === undefined) return 'the first record is no SOA'
    const difference = this.differences.at(-1)
    if (difference === undefined) {
      if (this.style === 'unknown') this.beginWhole(this.first)
      return this.onRecord(record)
    }
    const { differenceRecords, differenceOctets } = this.limits
    if (this.records > differenceRecords || this.octets > differenceOctets) {
      return `the differences have more than ${differenceRecords} records or ${differenceOctets} octets`
    }
    difference[this.section].push(record)
    return undefined
  }

  private beginWhole(soa: ZoneRecord): void {
    this.style = 'whole'
    // It is at the apex and the first: a zone takes it.
    this.onRecord(soa)
  }

  private soa(record: ZoneRecord): string | undefined {
    const { first } = this
    if (first === undefined) {
      this.first = record
      return undefined
    }
    const [serial, last] = [soaSerial(record.rdata), soaSerial(first.rdata)]
    if (this.style === 'unknown' && serial === this.request.serial && serial !== last) {
      this.style = 'differences'
      this.beginDifference(record)
      return undefined
    }
    if (this.style !== 'differences') {
      this.isDone = serial === last
      // RFC 5936 §2.2: the last record is the first again.
      return this.isDone ? undefined : 'the last SOA has another serial than the first'
    }
    return this.soaBetween(record, serial, last)
  }

  /** RFC 1995 §4: old SOA, what goes, new SOA, what comes; and again, and the newest SOA. */
  private soaBetween(record: ZoneRecord, serial: Serial, last: Serial): string | undefined {
    // Only within differences, and the first of them has begun.
    const difference = this.differences.at(-1) as Difference
    const reached = soaSerial(difference.after.rdata)
    if (this.section === 'removed') {
      this.differences.splice(-1, 1, { ...difference, after: record })
      this.section = 'added'
      return serial === reached ? 'a difference does not change the serial' : undefined
    }
    if (serial !== reached) return 'a difference does not begin where the one before it ended'
    if (serial === last) this.isDone = true
    else this.beginDifference(record)
    return undefined
  }

  private beginDifference(before: ZoneRecord): void {
    this.differences.push({ before, removed: [], after: before, added: [] })
    this.section = 'removed'
  }

  /** RFC 1995 §4: of what we have, or older, there is the SOA alone; a newer one may begin a zone. */
  private isNotNewer(): boolean {
    const { serial } = this.request
    return serial !== undefined && this.serial !== undefined && !isSerialAfter(this.serial, serial)
  }
}

/** The record at rest, or why it is none. */
const recordOf = (packet: Uint8Array, view: RecordView): ZoneRecord | string => {
  const { owner, type, class: rrClass, ttl, rdataOffset, rdataLength } = view
  if (rrClass !== RrClass.IN) return `${nameToText(owner)} has a record of another class`
  const rdata = rdataAt(packet, type, rdataOffset, rdataLength)
  if (rdata === undefined) return `${nameToText(owner)} ${rrTypeName(type)} has malformed RDATA`
  // RFC 2181 §8: a TTL with its highest bit set is 0.
  return { owner, type, ttl: ttl > 0x7fff_ffff ? 0 : ttl, rdata }
}
