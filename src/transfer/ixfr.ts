/**
 * What changed in a zone since a serial, as an incremental transfer has it (RFC 1995 §4): all
 * changes condensed into one, so that a record that came and went, or went and came back, is not
 * mentioned.
 */
import { toLatin1 } from '../base/bytes.ts'
import { RrType } from '../wire/codes.ts'
import { foldedName } from '../wire/name.ts'
import type { Changeset, ZoneRecord } from '../zone/changeset.ts'
import type { Serial } from '../zone/serial.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'

export interface DifferenceLimits {
  /** Records that differ, and octets of memory that they take. */
  readonly records: number
  readonly octets: number
  /** Records of changes that are read for it. */
  readonly read: number
}

/** Beyond these the whole zone is sent: what differs has to be held in memory while it is counted. */
export const DIFFERENCE_LIMITS: DifferenceLimits = {
  records: 100_000,
  octets: 16 * 1024 * 1024,
  read: 1_000_000,
}

/** What a record takes beside its octets, roughly: objects, and an entry in a table. */
const RECORD_OVERHEAD = 200

interface Entry {
  readonly record: ZoneRecord
  /** 1 when it came, -1 when it went. */
  readonly change: 1 | -1
}

export class Difference {
  /** Records read so far. */
  read = 0
  private readonly limits: DifferenceLimits
  private readonly entries = new Map<string, Entry>()
  private octets = 0
  private soaBefore: ZoneRecord | undefined
  private soaAfter: ZoneRecord | undefined

  constructor(limits = DIFFERENCE_LIMITS) {
    this.limits = limits
  }

  /** Takes the next change; @returns false when that is more than the limits allow */
  add({ removed, added }: Changeset): boolean {
    for (const record of removed) {
      if (record.type === RrType.SOA) this.soaBefore ??= record
      else this.count(record, -1)
    }
    for (const record of added) {
      if (record.type === RrType.SOA) this.soaAfter = record
      else this.count(record, 1)
    }
    this.read += removed.length + added.length
    const { records, octets, read } = this.limits
    return this.entries.size <= records && this.octets <= octets && this.read <= read
  }

  /** How many records differ, the SOA aside. */
  get size(): number {
    return this.entries.size
  }

  /** RFC 1995 §4: the new SOA, the old SOA and what went, the new SOA and what came, the new SOA. */
  *records(): Generator<ZoneRecord> {
    const { soaBefore, soaAfter } = this
    // Every change raises the serial.
    if (soaBefore === undefined || soaAfter === undefined) throw new Error('a change without a SOA')
    yield soaAfter
    yield soaBefore
    for (const { record, change } of this.entries.values()) if (change === -1) yield record
    yield soaAfter
    for (const { record, change } of this.entries.values()) if (change === 1) yield record
    yield soaAfter
  }

  /** The same record coming and going is nothing, and cannot come or go twice in a row. */
  private count(record: ZoneRecord, change: 1 | -1): void {
    const key = identity(record)
    const size = key.length + RECORD_OVERHEAD
    if (this.entries.delete(key)) {
      this.octets -= size
    } else {
      this.entries.set(key, { record, change })
      this.octets += size
    }
  }
}

/**
 * The owner whatever its case (a node that is made anew may spell its records in another way without
 * any of them having changed), the rest to the octet, as changes tell records apart.
 */
const identity = ({ owner, type, ttl, rdata }: ZoneRecord): string =>
  String.fromCharCode(type, ttl >>> 16, ttl & 0xffff) + foldedName(owner) + toLatin1(rdata)

/** After as many records the event loop gets its turn. */
const RECORDS_PER_TURN = 1_000

/** A difference of as few records is sent whatever the size of the zone. */
const SMALL = 1_000

/**
 * The changes since that serial, worked out in small steps: between them the caller may do something
 * else, or not.
 * @returns undefined where the whole zone is to be sent: the journal does not reach back, or what
 *   differs is more than the limits allow, or more than the zone
 */
export function* changesSince(
  store: Pick<ZoneStore, 'journal' | 'reaches'>,
  zone: ZoneView,
  serial: Serial,
  limits = DIFFERENCE_LIMITS,
): Generator<undefined, Difference | undefined> {
  if (!store.reaches(zone, serial)) return undefined
  const difference = new Difference(limits)
  let turn = RECORDS_PER_TURN
  for (const { changeset } of store.journal(zone, { after: serial })) {
    if (!difference.add(changeset)) return undefined
    if (difference.read < turn) continue
    turn = difference.read + RECORDS_PER_TURN
    yield
  }
  if (difference.size <= SMALL) return difference
  let records = 0
  let nodes = 0
  for (const { rrsets } of zone.nodes()) {
    for (const { rdatas } of rrsets) records += rdatas.length
    if (records >= difference.size) return difference
    if (++nodes % RECORDS_PER_TURN === 0) yield
  }
  return undefined
}
