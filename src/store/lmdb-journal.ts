/** Reading the journal of one zone: from either end, and from any serial on. */
import { serialOf, type Serial } from '../zone/serial.ts'
import type { JournalEntry, JournalReading } from '../zone/zone.ts'
import type { Octets } from './databases.ts'
import { decodeJournalEntry, serialBeforeOf } from './journal-entry.ts'
import { journalKey, rangeOfZone, sequenceOfJournalKey, type ZoneId } from './layout.ts'

export class LmdbJournal {
  private readonly stored: Octets
  private readonly id: ZoneId
  private readonly today: Serial

  /** @param today the zone's serial now */
  constructor(stored: Octets, id: ZoneId, today: Serial) {
    this.stored = stored
    this.id = id
    this.today = today
  }

  /** All entries are of the version in which the iteration began. */
  *entries({ after, upTo, newestFirst }: JournalReading): Generator<JournalEntry> {
    let { start, end } = rangeOfZone(this.id)
    if (after !== undefined) {
      const first = this.sequenceFrom(after)
      if (first === undefined) return
      start = journalKey(this.id, first)
    }
    if (upTo !== undefined && upTo !== this.today) {
      const next = this.sequenceFrom(upTo)
      if (next === undefined) return
      end = journalKey(this.id, next)
    }
    const range =
      newestFirst === true
        ? { start: end, exclusiveStart: true, end: start, inclusiveEnd: true, reverse: true }
        : { start, end }
    for (const { value } of this.stored.getRange({ ...range, snapshot: true })) {
      yield decodeJournalEntry(value)
    }
  }

  reaches(serial: Serial): boolean {
    return serial === this.today || this.sequenceFrom(serial) !== undefined
  }

  /**
   * The sequence number of the change that began at that serial. Serials go up from change to change
   * (RFC 1982), so seen from today each is further back than the one after it, and half of what is
   * left can be left out each time.
   */
  private sequenceFrom(serial: Serial): number | undefined {
    const wanted = this.distance(serial)
    let low = firstSequenceIn(this.stored, this.id)
    let high = lastSequenceIn(this.stored, this.id)
    while (low <= high) {
      const middle = Math.floor((low + high) / 2)
      const entry = this.stored.get(journalKey(this.id, middle))
      if (entry === undefined) return undefined
      const found = this.distance(serialBeforeOf(entry))
      if (found === wanted) return middle
      if (found > wanted) low = middle + 1
      else high = middle - 1
    }
    return undefined
  }

  private distance(serial: Serial): number {
    return serialOf(this.today - serial)
  }
}

/** 0 when there is none; one that was trimmed away counts no more. */
export const lastSequenceIn = (stored: Octets, id: ZoneId): number => {
  const { start, end } = rangeOfZone(id)
  return onlySequence(stored.getKeys({ start: end, end: start, reverse: true, limit: 1 }))
}

const firstSequenceIn = (stored: Octets, id: ZoneId): number =>
  onlySequence(stored.getKeys({ ...rangeOfZone(id), limit: 1 }))

const onlySequence = (keys: Iterable<Uint8Array>): number => {
  for (const key of keys) return sequenceOfJournalKey(key)
  return 0
}
