/**
 * Zones in LMDB. A commit is durable when `transactionSync` returns (`overlappingSync: false`: the
 * pages are flushed, then the meta page), and it either happens whole or not at all.
 */
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import type { Name } from '../wire/name.ts'
import type { Author } from '../zone/changeset.ts'
import type { KeyUse, KeyUseStore } from '../zone/key-use.ts'
import { keyAfterSubtree, nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { decodeNode, encodeNode, type Node } from '../zone/node.ts'
import type { SecondaryState } from '../zone/secondary-state.ts'
import type { Serial } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { TokenRecord, TokenStore } from '../zone/token-store.ts'
import type { ToldStore } from '../zone/told-store.ts'
import type { UserRecord, UserStore } from '../zone/user-store.ts'
import {
  StoreError,
  type CommitObserver,
  type Decide,
  type JournalBound,
  type JournalEntry,
  type JournalReading,
  type Outcome,
  type ZoneLoad,
  type ZoneStore,
  type ZoneView,
} from '../zone/zone.ts'
import { CommitLoop, type ZoneGroup } from './commit-loop.ts'
import { hasOctets, openDatabases, type Databases, type Octets } from './databases.ts'
import { encodeJournalEntry } from './journal-entry.ts'
import { JournalSizes } from './journal-sizes.ts'
import {
  decodeSecondaryState,
  decodeU32,
  decodeZone,
  encodeSecondaryState,
  encodeU32,
  journalKey,
  LAYOUT_VERSION,
  metaKey,
  nodeKey,
  rangeOfZone,
  secondaryKey,
  zoneKey,
  type ZoneId,
} from './layout.ts'
import { LmdbJournal } from './lmdb-journal.ts'
import { readKeyUses, writeKeyUses } from './lmdb-key-uses.ts'
import { LmdbLoad, removeGarbage } from './lmdb-load.ts'
import { readTold, writeTold } from './lmdb-told.ts'
import { readTokens, writeTokens } from './lmdb-tokens.ts'
import { readUsers, writeUsers } from './lmdb-users.ts'
import { valuesBehindOneAnother } from './lmdb-values.ts'
import { Observers } from './observers.ts'
import { claimWriter } from './writer-claim.ts'

class LmdbZone implements ZoneView {
  readonly apex: Name
  readonly apexKey: NameKey
  readonly id: ZoneId
  private readonly stored: Octets
  private readonly values: Octets

  /** @param values the same database */
  constructor(stored: Octets, values: Octets, id: ZoneId, apex: Name) {
    this.stored = stored
    this.values = values
    this.id = id
    this.apex = apex
    this.apexKey = nameKeyOf(apex)
  }

  get(key: NameKey): Node | undefined {
    const octets = this.stored.get(nodeKey(this.id, key))
    return octets === undefined ? undefined : decodeNode(octets)
  }

  hasBelow(key: NameKey): boolean {
    const start = nodeKey(this.id, key)
    const end = nodeKey(this.id, keyAfterSubtree(key))
    for (const found of this.stored.getKeys({ start, end, limit: 2 })) {
      if (found.length > start.length) return true
    }
    return false
  }

  *nodes(from = this.apexKey): Generator<Node> {
    const range = { ...rangeOfZone(this.id), start: nodeKey(this.id, from), snapshot: true }
    for (const { value } of this.stored.getRange(range)) yield decodeNode(value)
  }

  encodedNodes(): Generator<Uint8Array> {
    return valuesBehindOneAnother(this.values, rangeOfZone(this.id))
  }
}

export class LmdbStore implements ZoneStore, KeyUseStore, TokenStore, UserStore, ToldStore {
  private readonly databases: Databases
  private readonly loop: CommitLoop<LmdbZone>
  private readonly views = new Map<ZoneId, LmdbZone>()
  private readonly lastSequences = new Map<ZoneId, number>()
  private readonly sizes: JournalSizes
  private readonly clock: Clock
  private readonly observers = new Observers()

  private constructor(databases: Databases, clock: Clock) {
    this.databases = databases
    this.clock = clock
    this.sizes = new JournalSizes(databases)
    const persist = (groups: readonly ZoneGroup<LmdbZone>[]): void => {
      this.persist(groups)
    }
    this.loop = new CommitLoop(persist, clock, this.observers)
  }

  /**
   * Opens the environment in `folder` for writing, and makes it when there is none.
   * @throws StoreError when another process writes to it, or its layout is not known
   */
  static open(folder: string, clock: Clock): LmdbStore {
    const databases = openDatabases(folder, false)
    claim(databases, folder)
    removeGarbage(databases)
    return new LmdbStore(databases, clock)
  }

  /**
   * Opens it beside a process that may be writing. Commits and loads fail.
   * @throws StoreError when there is none, or its layout is not known
   */
  static openForReading(folder: string, clock: Clock): LmdbStore {
    // One of no octets was left by a start that was ended, and LMDB would end the process over it.
    if (!hasOctets(join(folder, 'data.mdb'))) {
      throw new StoreError(
        `there is no store in ${folder}: livezone serve and livezone import make one`,
      )
    }
    const databases = openDatabases(folder, true)
    checkLayout(databases.meta, folder)
    return new LmdbStore(databases, clock)
  }

  /** Lets the next reads see all that is on disk; without it they do from the next turn on. */
  renew(): void {
    this.databases.root.resetReadTxn()
  }

  zone(apex: Name): LmdbZone | undefined {
    const stored = this.databases.zones.get(zoneKey(apex))
    if (stored === undefined) return undefined
    const { id, apex: spelled } = decodeZone(stored)
    // One view a zone: the commit loop knows zones apart by their views.
    const { nodes, nodeValues } = this.databases
    const known = this.views.get(id) ?? new LmdbZone(nodes, nodeValues, id, spelled)
    this.views.set(id, known)
    return known
  }

  apexes(): Name[] {
    return Array.from(this.databases.zones.getRange({}), ({ value }) => decodeZone(value).apex)
  }

  load(apex: Name, from?: 'file'): ZoneLoad {
    return new LmdbLoad(this.databases, this.clock, apex, from, () => {
      // It was published a moment ago.
      this.observers.replaced(this.zone(apex) as LmdbZone)
    })
  }

  commit<T>(zone: ZoneView, author: Author, decide: Decide<T>): Promise<Outcome<T>> {
    return this.loop.commit(own(zone), author, decide)
  }

  get isBusy(): boolean {
    return this.loop.isBusy
  }

  journal(zone: ZoneView, reading: JournalReading = {}): Iterable<JournalEntry> {
    return this.journalOf(zone).entries(reading)
  }

  reaches(zone: ZoneView, serial: Serial): boolean {
    return this.journalOf(zone).reaches(serial)
  }

  secondaryState(apex: Name): SecondaryState | undefined {
    const stored = this.databases.meta.get(secondaryKey(apex))
    return stored && decodeSecondaryState(stored)
  }

  setSecondaryState(apex: Name, state: SecondaryState | undefined): void {
    const { write, meta } = this.databases
    const key = secondaryKey(apex)
    try {
      write(() => {
        if (state === undefined) meta.removeSync(key)
        else meta.putSync(key, encodeSecondaryState(state))
      })
    } catch (error) {
      throw new StoreError("a secondary zone's times could not be put on disk", { cause: error })
    }
  }

  journalSince(zone: ZoneView): number | undefined {
    return this.sizes.since(own(zone).id)
  }

  trimJournal(zone: ZoneView, bound: JournalBound): boolean {
    return this.sizes.trim(own(zone).id, bound)
  }

  appliedFile(zone: ZoneView): ZoneView | undefined {
    const { id, apex, apexKey } = own(zone)
    // A store that an older version wrote has no such database, and open for reading none is made.
    const stored = this.databases.applied as Octets | undefined
    const applied = stored && new LmdbZone(stored, this.databases.appliedValues, id, apex)
    return applied?.get(apexKey) === undefined ? undefined : applied
  }

  observe(observer: CommitObserver): () => void {
    return this.observers.add(observer)
  }

  tokens(): readonly TokenRecord[] {
    return readTokens(this.databases)
  }

  putTokens(changes: ReadonlyMap<string, TokenRecord | undefined>): void {
    writeTokens(this.databases, changes)
  }

  users(): readonly UserRecord[] {
    return readUsers(this.databases)
  }

  putUsers(changes: ReadonlyMap<string, UserRecord | undefined>): void {
    writeUsers(this.databases, changes)
  }

  told(): ReadonlyMap<string, number> {
    return readTold(this.databases)
  }

  putTold(changes: ReadonlyMap<string, number | undefined>): void {
    writeTold(this.databases, changes)
  }

  keyUses(): ReadonlyMap<string, KeyUse> {
    return readKeyUses(this.databases)
  }

  putKeyUses(changes: ReadonlyMap<string, KeyUse | undefined>): void {
    writeKeyUses(this.databases, changes)
  }

  async close(): Promise<void> {
    this.loop.close()
    await this.databases.root.close()
  }

  /** Nodes and journal entries of all zones in one transaction. */
  private persist(groups: readonly ZoneGroup<LmdbZone>[]): void {
    const { write, nodes, journal, applied } = this.databases
    const grown: { id: ZoneId; entries: number; last: number; octets: number }[] = []
    write(() => {
      for (const { zone, nodes: changed, entries, applied: file } of groups) {
        putNodes(nodes, zone.id, changed)
        putNodes(applied, zone.id, file)
        let last = this.lastSequence(zone.id)
        let octets = 0
        for (const entry of entries) {
          const encoded = encodeJournalEntry(entry)
          octets += encoded.length
          journal.putSync(journalKey(zone.id, ++last), encoded)
        }
        grown.push({ id: zone.id, entries: entries.length, last, octets })
      }
    })
    for (const { id, entries, last, octets } of grown) {
      this.lastSequences.set(id, last)
      this.sizes.grew(id, entries, last, octets)
    }
  }

  private lastSequence(id: ZoneId): number {
    return this.lastSequences.get(id) ?? this.sizes.lastSequence(id)
  }

  private journalOf(zone: ZoneView): LmdbJournal {
    const { id, apexKey } = own(zone)
    const today = serialOfApex(zone.get(apexKey))
    return new LmdbJournal(this.databases.journal, id, today)
  }
}

/** Undefined takes a node away. */
const putNodes = (
  database: Octets,
  id: ZoneId,
  changed: ReadonlyMap<NameKey, Node | undefined>,
): void => {
  for (const [key, node] of changed) {
    if (node === undefined) database.removeSync(nodeKey(id, key))
    else database.putSync(nodeKey(id, key), encodeNode(node))
  }
}

/** The view as what this store made it. */
const own = (zone: ZoneView): LmdbZone => {
  if (zone instanceof LmdbZone) return zone
  throw new TypeError('a view of another store')
}

const checkLayout = (meta: Octets, folder: string): void => {
  const stored = meta.get(metaKey.layout)
  const version = stored === undefined ? LAYOUT_VERSION : decodeU32(stored)
  if (version !== LAYOUT_VERSION) {
    throw new StoreError(
      `${folder} was written by another version of livezone (layout ${version}, this one knows ` +
        `${LAYOUT_VERSION}): export its zones with that version and import them with this one`,
    )
  }
}

/** Also on a disk that is nearly full: what is there can be served. */
const claim = ({ root, meta }: Databases, folder: string): void => {
  try {
    root.transactionSync(() => {
      checkLayout(meta, folder)
      claimWriter(meta, folder)
      meta.putSync(metaKey.layout, encodeU32(LAYOUT_VERSION))
    })
  } catch (error) {
    if (error instanceof StoreError) throw error
    // A store that nobody has changed yet has no page to spare for it, and the disk may have none.
    throw new StoreError(`${folder} cannot be opened`, { cause: error })
  }
}
