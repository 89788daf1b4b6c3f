/** Zones in memory: gone with the process. For tests, and to keep the interface honest. */
import type { Clock } from '../base/clock.ts'
import { foldedName, type Name } from '../wire/name.ts'
import type { Author, ZoneRecord } from '../zone/changeset.ts'
import type { KeyUse, KeyUseStore } from '../zone/key-use.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { encodeNode, type Node } from '../zone/node.ts'
import type {
  CommitObserver,
  Decide,
  JournalBound,
  JournalEntry,
  JournalReading,
  Outcome,
  ZoneLoad,
  ZoneStore,
  ZoneView,
} from '../zone/zone.ts'
import type { SecondaryState } from '../zone/secondary-state.ts'
import type { Serial } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { TokenRecord, TokenStore } from '../zone/token-store.ts'
import type { ToldStore } from '../zone/told-store.ts'
import type { UserRecord, UserStore } from '../zone/user-store.ts'
import { addToNode, lacking } from '../zone/zone-contents.ts'
import { CommitLoop, type ZoneGroup } from './commit-loop.ts'
import { encodeJournalEntry } from './journal-entry.ts'
import { Observers } from './observers.ts'

class MemoryZone implements ZoneView {
  readonly apex: Name
  readonly apexKey: NameKey
  readonly entries: JournalEntry[] = []
  /** From when on they are all there, in milliseconds since 1970. */
  since = 0
  applied: MemoryZone | undefined
  private readonly byKey = new Map<NameKey, Node>()

  constructor(apex: Name) {
    this.apex = apex
    this.apexKey = nameKeyOf(apex)
  }

  get(key: NameKey): Node | undefined {
    return this.byKey.get(key)
  }

  set(key: NameKey, node: Node | undefined): void {
    if (node === undefined) this.byKey.delete(key)
    else this.byKey.set(key, node)
  }

  hasBelow(key: NameKey): boolean {
    for (const candidate of this.byKey.keys()) {
      if (candidate.length > key.length && candidate.startsWith(key)) return true
    }
    return false
  }

  nodes(from = this.apexKey): Iterable<Node> {
    return [...this.byKey]
      .filter(([key]) => key >= from)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, node]) => node)
  }

  *encodedNodes(): Generator<Uint8Array> {
    for (const node of this.nodes()) yield encodeNode(node)
  }
}

export class MemoryStore implements ZoneStore, KeyUseStore, TokenStore, UserStore, ToldStore {
  private readonly uses = new Map<string, KeyUse>()
  private readonly tokenRecords = new Map<string, TokenRecord>()
  private readonly userRecords = new Map<string, UserRecord>()
  private readonly toldTimes = new Map<string, number>()
  private readonly zones = new Map<string, MemoryZone>()
  private readonly loop: CommitLoop<MemoryZone>
  private readonly secondaryStates = new Map<string, SecondaryState>()
  private readonly observers = new Observers()
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
    this.loop = new CommitLoop(persist, clock, this.observers)
  }

  zone(apex: Name): MemoryZone | undefined {
    return this.zones.get(foldedName(apex))
  }

  apexes(): Name[] {
    return [...this.zones.values()].map((zone) => zone.apex)
  }

  load(apex: Name, from?: 'file'): ZoneLoad {
    const zone = new MemoryZone(apex)
    if (from === 'file') zone.applied = new MemoryZone(apex)
    return {
      add: (record: ZoneRecord) => {
        const key = nameKeyOf(record.owner)
        const addition = addToNode(apex, zone.get(key), record)
        if (!addition.ok) return addition.why
        zone.set(key, addition.node)
        zone.applied?.set(key, addition.node)
        return undefined
      },
      nodes: () => zone.nodes(),
      lacks: () => lacking(zone.get(zone.apexKey)),
      publish: () => {
        const problem = lacking(zone.get(zone.apexKey))
        if (problem !== undefined) return problem
        zone.since = this.clock.nowMilliseconds()
        this.zones.set(foldedName(apex), zone)
        this.observers.replaced(zone)
        return undefined
      },
      abandon: () => {
        // Nobody else knows of the zone.
      },
    }
  }

  commit<T>(zone: ZoneView, author: Author, decide: Decide<T>): Promise<Outcome<T>> {
    return this.loop.commit(own(zone), author, decide)
  }

  get isBusy(): boolean {
    return this.loop.isBusy
  }

  journal(zone: ZoneView, reading: JournalReading = {}): Iterable<JournalEntry> {
    const { entries } = own(zone)
    const { after, upTo } = reading
    const first = after === undefined ? 0 : firstAfter(entries, after)
    const last = upTo === undefined ? entries.length - 1 : lastUpTo(entries, upTo)
    const found = first === -1 ? [] : entries.slice(first, last + 1)
    return reading.newestFirst === true ? found.reverse() : found
  }

  reaches(zone: ZoneView, serial: Serial): boolean {
    const { apexKey, entries } = own(zone)
    return serial === serialOfApex(zone.get(apexKey)) || firstAfter(entries, serial) !== -1
  }

  secondaryState(apex: Name): SecondaryState | undefined {
    return this.secondaryStates.get(foldedName(apex))
  }

  setSecondaryState(apex: Name, state: SecondaryState | undefined): void {
    if (state === undefined) this.secondaryStates.delete(foldedName(apex))
    else this.secondaryStates.set(foldedName(apex), state)
  }

  journalSince(zone: ZoneView): number {
    return own(zone).since
  }

  trimJournal(zone: ZoneView, bound: JournalBound): boolean {
    const kept = own(zone)
    let octets = kept.entries.reduce((sum, entry) => sum + encodeJournalEntry(entry).length, 0)
    for (const entry of [...kept.entries]) {
      if (octets <= bound.octets && entry.timeMilliseconds >= bound.sinceMilliseconds) break
      octets -= encodeJournalEntry(entry).length
      kept.entries.shift()
      kept.since = Math.max(kept.since, entry.timeMilliseconds)
    }
    return false
  }

  appliedFile(zone: ZoneView): ZoneView | undefined {
    return own(zone).applied
  }

  observe(observer: CommitObserver): () => void {
    return this.observers.add(observer)
  }

  tokens(): readonly TokenRecord[] {
    return [...this.tokenRecords.values()]
  }

  putTokens(changes: ReadonlyMap<string, TokenRecord | undefined>): void {
    for (const [digest, record] of changes) {
      if (record === undefined) this.tokenRecords.delete(digest)
      else this.tokenRecords.set(digest, record)
    }
  }

  users(): readonly UserRecord[] {
    return [...this.userRecords.values()]
  }

  putUsers(changes: ReadonlyMap<string, UserRecord | undefined>): void {
    for (const [name, record] of changes) {
      if (record === undefined) this.userRecords.delete(name)
      else this.userRecords.set(name, record)
    }
  }

  told(): ReadonlyMap<string, number> {
    return new Map(this.toldTimes)
  }

  putTold(changes: ReadonlyMap<string, number | undefined>): void {
    for (const [host, time] of changes) {
      if (time === undefined) this.toldTimes.delete(host)
      else this.toldTimes.set(host, time)
    }
  }

  keyUses(): ReadonlyMap<string, KeyUse> {
    return new Map(this.uses)
  }

  putKeyUses(changes: ReadonlyMap<string, KeyUse | undefined>): void {
    for (const [id, use] of changes) {
      if (use === undefined) this.uses.delete(id)
      else this.uses.set(id, use)
    }
  }

  close(): Promise<void> {
    this.loop.close()
    return Promise.resolve()
  }
}

/** Where the entry is that began at that serial: -1 when there is none. */
const firstAfter = (entries: readonly JournalEntry[], serial: Serial): number =>
  entries.findLastIndex(({ changeset }) => changeset.serialBefore === serial)

/** Where the entry is that led to that serial: -1 when there is none. */
const lastUpTo = (entries: readonly JournalEntry[], serial: Serial): number =>
  entries.findLastIndex(({ changeset }) => changeset.serialAfter === serial)

/** The view as what this store made it. */
const own = (zone: ZoneView): MemoryZone => {
  if (zone instanceof MemoryZone) return zone
  throw new TypeError('a view of another store')
}

const persist = (groups: readonly ZoneGroup<MemoryZone>[]): void => {
  for (const { zone, nodes, entries, applied } of groups) {
    for (const [key, node] of nodes) zone.set(key, node)
    if (applied.size > 0) zone.applied ??= new MemoryZone(zone.apex)
    for (const [key, node] of applied) zone.applied?.set(key, node)
    zone.entries.push(...entries)
  }
}
