/**
 * The interfaces between what reads and changes zones and what keeps them. `query`, `update` and
 * `server` know zones only through these, so a store can be exchanged without them noticing.
 */
import type { Name } from '../wire/name.ts'
import type { Author, Changeset, ZoneRecord } from './changeset.ts'
import type { NameKey } from './name-key.ts'
import type { Node } from './node.ts'
import type { SecondaryState } from './secondary-state.ts'
import type { Serial } from './serial.ts'

/** Looking names up in a zone. Within one turn of the event loop every read sees the same version. */
export interface ZoneNames {
  readonly apex: Name
  readonly apexKey: NameKey
  get(key: NameKey): Node | undefined
  /** Whether any node is below the name: with no node of its own it is an empty non-terminal. */
  hasBelow(key: NameKey): boolean
}

/** Reading a zone, by name or all of it. */
export interface ZoneView extends ZoneNames {
  /**
   * All nodes in canonical order (RFC 4034 §6.1), of one version however long it takes.
   * @param from the first of them, or whatever follows it
   */
  nodes(from?: NameKey): Iterable<Node>
  /** The same as `encodeNode` makes them, one or more behind one another: not to be changed. */
  encodedNodes(): Iterable<Uint8Array>
}

/** A zone as it would be: what is set here is seen by later reads, and committed or dropped. */
export interface ZoneDraft {
  readonly apex: Name
  readonly apexKey: NameKey
  /** Of the zone as it is, whatever the draft sets. */
  readonly serialBefore: Serial
  get(key: NameKey): Node | undefined
  /** Undefined takes the node away. */
  set(key: NameKey, node: Node | undefined): void
}

/** What deciding on a draft came to. */
export interface Decision<T> {
  /** Whether what the draft changed is to be committed; otherwise it is dropped. */
  readonly keep: boolean
  /** What allowed it, for the journal. */
  readonly grants: readonly string[]
  readonly result: T
  /**
   * What becomes of the zone file that was applied last, by name: it is kept beside the zone, in the
   * same transaction, also when the zone itself does not change.
   */
  readonly applied?: ReadonlyMap<NameKey, Node | undefined>
}

/**
 * Decides a change on a draft of the zone.
 * @param earlier what was decided just before it and is in the draft, but not in the journal yet
 */
export type Decide<T> = (draft: ZoneDraft, earlier: readonly JournalEntry[]) => Decision<T>

export interface Outcome<T> {
  readonly result: T
  /** What is on disk now that was not before; undefined when nothing changed. */
  readonly changeset: Changeset | undefined
}

export interface JournalEntry {
  readonly changeset: Changeset
  readonly author: Author
  /** What allowed it: the operator's own grants, as they would recognize them. */
  readonly grants: readonly string[]
  /** Milliseconds since 1970. */
  readonly timeMilliseconds: number
}

/** Which part of a journal is read, and from which end. */
export interface JournalReading {
  /** Only what came after that serial; nothing when the journal does not reach back to it. */
  readonly after?: Serial
  /** Only up to the change that led to that serial; nothing when none in the journal did. */
  readonly upTo?: Serial
  readonly newestFirst?: boolean
}

/** How much of a journal is kept; what is beyond either may go. */
export interface JournalBound {
  /** Of the oldest entry: milliseconds since 1970. */
  readonly sinceMilliseconds: number
  /** All entries together, as the store keeps them. */
  readonly octets: number
}

/** A node that a change set: undefined where there is none. */
export interface NodeChange {
  readonly key: NameKey
  readonly before: Node | undefined
  readonly after: Node | undefined
}

/**
 * Is told what happens to zones, at once and in order, and must not throw. Whoever keeps something
 * that follows from a zone's content (counts, who has to be notified, answers) keeps it right by this.
 */
export interface CommitObserver {
  /** A change was decided and waits for the disk; those after it are decided on top of it. */
  decided?(zone: ZoneView, nodes: readonly NodeChange[]): void
  /** The disk said no: a change that was decided is gone as if it had never been. */
  dropped?(zone: ZoneView, nodes: readonly NodeChange[]): void
  /** Changes are on disk, the oldest first; their clients have not been answered yet. */
  committed?(zone: ZoneView, entries: readonly JournalEntry[]): void
  /** A load was published: it is the zone of that name now, and what was there before is gone. */
  replaced?(zone: ZoneView): void
}

/** Filling a zone from a master file or a transfer: invisible until `publish`, then all of it. */
export interface ZoneLoad {
  /** @returns what is wrong with the record, when it cannot be in this zone */
  add(record: ZoneRecord): string | undefined
  /** All that was added so far, in canonical order; to be read to its end before more is added. */
  nodes(): Iterable<Node>
  /** What of a zone is not there yet; undefined when it could be published. */
  lacks(): string | undefined
  /** @returns what the zone lacks, in which case nothing was published */
  publish(): string | undefined
  /** Drops what was added. */
  abandon(): void
}

export interface ZoneStore {
  /** The zone with that apex, or undefined when the store has none. */
  zone(apex: Name): ZoneView | undefined
  /** The apexes of all zones. */
  apexes(): Name[]
  /**
   * Begins to fill a zone that will replace the one of that name, its journal included.
   * @param from a master file is remembered as the one that was applied last
   */
  load(apex: Name, from?: 'file'): ZoneLoad
  /**
   * The one road of every change: decides on a draft and, when that is to be kept, commits what it
   * changed together with its journal entry, the serial raised if anything changed (RFC 2136 §3.6).
   * The promise is settled when the change is on disk; it rejects with a `StoreError` when it could
   * not be put there, and then nothing of it is seen.
   */
  commit<T>(zone: ZoneView, author: Author, decide: Decide<T>): Promise<Outcome<T>>
  /** Whether changes wait to be committed: what can wait lets them go first. */
  readonly isBusy: boolean
  /** The zone's changes, the oldest first unless asked otherwise. */
  journal(zone: ZoneView, reading?: JournalReading): Iterable<JournalEntry>
  /** Whether the journal has every change that led from that serial to today's. */
  reaches(zone: ZoneView, serial: Serial): boolean
  /** What is kept of a zone as a secondary; undefined when it never was one. */
  secondaryState(apex: Name): SecondaryState | undefined
  /**
   * Keeps it, on disk when this returns; undefined forgets it.
   * @throws StoreError when it could not be put there
   */
  setSecondaryState(apex: Name, state: SecondaryState | undefined): void
  /**
   * From when on the journal has every change, in milliseconds since 1970: the zone was loaded then,
   * or what was before was trimmed away. Undefined where an older version loaded it and nothing has
   * changed since.
   */
  journalSince(zone: ZoneView): number | undefined
  /**
   * Takes the oldest entries that are beyond the bound out of the journal, as many as one small
   * transaction holds, or counts as much of it as takes as long. The zone itself stays as it is.
   * @returns whether there is more to do
   * @throws StoreError when the disk said no, and then the journal is as it was
   */
  trimJournal(zone: ZoneView, bound: JournalBound): boolean
  /** The zone file that was applied last, as it was then; undefined when none is known. */
  appliedFile(zone: ZoneView): ZoneView | undefined
  /** @returns how to end it */
  observe(observer: CommitObserver): () => void
  /** Settles what waits, then lets go of the disk. */
  close(): Promise<void>
}

/** The world's fault: the disk is full, the store is overloaded or closed. */
export class StoreError extends Error {
  override readonly name = 'StoreError'

  /** The system's own words are what helps: they stand behind ours. */
  constructor(what: string, options?: { readonly cause: unknown }) {
    super(options?.cause instanceof Error ? `${what}: ${options.cause.message}` : what, options)
  }
}
