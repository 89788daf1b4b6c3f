/**
 * How large each journal is, and taking the oldest entries out of one. A commit does not write how
 * large a journal has become: it is counted on from what was written last, in steps.
 */
import { StoreError, type JournalBound } from '../zone/zone.ts'
import type { Databases } from './databases.ts'
import { timeOf } from './journal-entry.ts'
import { decodeJournalHead, encodeJournalHead, type JournalHead } from './journal-head.ts'
import {
  journalHeadKey,
  journalKey,
  rangeOfZone,
  sequenceOfJournalKey,
  type ZoneId,
} from './layout.ts'
import { lastSequenceIn } from './lmdb-journal.ts'

/** What one step removes or counts, unless a single entry is larger: one takes about two milliseconds, the flush among them. */
const STEP = { entries: 256, octets: 256 * 1024 }

/** So many entries at most are counted again after a start, and those of the last round. */
const UNSAVED = 10_000

interface KnownHead extends JournalHead {
  /** Up to where what was counted is on disk. */
  readonly saved: number
}

export class JournalSizes {
  private readonly databases: Databases
  private readonly heads = new Map<ZoneId, KnownHead>()

  constructor(databases: Databases) {
    this.databases = databases
  }

  /** The sequence number of the newest entry, also of one that is no longer there. */
  lastSequence(id: ZoneId): number {
    return lastSequenceIn(this.databases.journal, id) || (this.stored(id)?.counted ?? 0)
  }

  since(id: ZoneId): number | undefined {
    const head = this.heads.get(id) ?? this.stored(id)
    if (head !== undefined) return head.since
    for (const { value } of this.databases.journal.getRange({ ...rangeOfZone(id), limit: 1 })) {
      return timeOf(value)
    }
    return undefined
  }

  /** Entries up to `last` were committed. */
  grew(id: ZoneId, entries: number, last: number, octets: number): void {
    const head = this.heads.get(id)
    // What was not counted up to there is counted when its turn comes.
    if (head?.counted !== last - entries) return
    this.heads.set(id, { ...head, counted: last, octets: head.octets + octets })
  }

  /** @returns whether there is more to do */
  trim(id: ZoneId, bound: JournalBound): boolean {
    const { journal } = this.databases
    const last = this.lastSequence(id)
    if (last === 0) return false
    const head = this.head(id)
    if (head.counted < last) return this.count(id, head)
    const trimmed = { ...head, counted: last }
    const keys: Buffer[] = []
    let isMore = false
    for (const { key, value } of journal.getRange(rangeOfZone(id))) {
      const time = timeOf(value)
      if (trimmed.octets <= bound.octets && time >= bound.sinceMilliseconds) break
      const removed = head.octets - trimmed.octets + value.length
      isMore = keys.length > 0 && (keys.length === STEP.entries || removed > STEP.octets)
      if (isMore) break
      keys.push(key)
      trimmed.octets -= value.length
      trimmed.since = Math.max(trimmed.since, time)
    }
    if (keys.length > 0 || last - head.saved >= UNSAVED) this.save(id, trimmed, keys)
    return isMore
  }

  private count(id: ZoneId, head: KnownHead): true {
    const { counted, octets } = head
    const next = { ...head }
    const start = journalKey(id, counted + 1)
    const { end } = rangeOfZone(id)
    for (const { key, value } of this.databases.journal.getRange({
      start,
      end,
      limit: STEP.entries,
    })) {
      next.counted = sequenceOfJournalKey(key)
      next.octets += value.length
      if (next.octets - octets > STEP.octets) break
    }
    this.heads.set(id, next)
    return true
  }

  /** In one transaction: the entries go, and what is left is known. */
  private save(id: ZoneId, head: JournalHead, keys: readonly Buffer[]): void {
    const { write, meta, journal } = this.databases
    try {
      write(() => {
        for (const key of keys) journal.removeSync(key)
        meta.putSync(journalHeadKey(id), encodeJournalHead(head))
      })
    } catch (error) {
      throw new StoreError('the journal could not be trimmed', { cause: error })
    }
    this.heads.set(id, { ...head, saved: head.counted })
  }

  private head(id: ZoneId): KnownHead {
    const present = this.heads.get(id)
    if (present !== undefined) return present
    const stored = this.stored(id)
    // Before there were heads nothing was trimmed: the journal is whole from its first entry on.
    const head = stored ?? { since: this.since(id) as number, counted: 0, octets: 0 }
    const known = { ...head, saved: head.counted }
    this.heads.set(id, known)
    return known
  }

  private stored(id: ZoneId): JournalHead | undefined {
    const encoded = this.databases.meta.get(journalHeadKey(id))
    return encoded === undefined ? undefined : decodeJournalHead(encoded)
  }
}
