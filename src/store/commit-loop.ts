/**
 * Group commit: what arrives while the disk is busy, or in the same burst, shares one transaction.
 * Each change is decided on a draft over the drafts before it, so the order of arrival is the order
 * of the zone's history, and a refused change leaves its group-mates alone.
 */
import type { Clock } from '../base/clock.ts'
import type { Author } from '../zone/changeset.ts'
import { Draft } from '../zone/draft.ts'
import type { NameKey } from '../zone/name-key.ts'
import type { Node } from '../zone/node.ts'
import {
  StoreError,
  type Decide,
  type JournalEntry,
  type NodeChange,
  type Outcome,
  type ZoneView,
} from '../zone/zone.ts'
import type { Observers } from './observers.ts'

/** What a group of changes came to for one zone. */
export interface ZoneGroup<Z extends ZoneView> {
  readonly zone: Z
  /** The nodes as they are to be; undefined where one is to be gone. */
  readonly nodes: ReadonlyMap<NameKey, Node | undefined>
  /** One for each change that changed something, in order. */
  readonly entries: readonly JournalEntry[]
  /** What becomes of the zone file that was applied last, likewise. */
  readonly applied: ReadonlyMap<NameKey, Node | undefined>
}

/** Puts all groups on disk, or none of them: then it throws. */
export type Persist<Z extends ZoneView> = (groups: readonly ZoneGroup<Z>[]) => void

/** A change that waits: `decide` it, then `settle` it as the disk had it. */
interface Waiting<Z extends ZoneView> {
  readonly zone: Z
  decide(overlay: Overlay<Z>): void
  settle(failure: StoreError | undefined): void
}

interface Overlay<Z extends ZoneView> extends ZoneGroup<Z> {
  readonly draft: Draft
  readonly entries: JournalEntry[]
  readonly applied: Map<NameKey, Node | undefined>
  /** What each entry did, for the observers. */
  readonly decided: (readonly NodeChange[])[]
}

/**
 * How many turns of the event loop a group waits while each brings more: a UDP socket hands over
 * about 32 datagrams a turn, and one flush for all of a burst is worth more than an early start.
 */
const MOST_TURNS = 64

/**
 * Changes after which a group waits for no more. What waits is copied whenever young garbage is collected, and
 * more of them gain little from the same flush (ADR 17).
 */
const MOST_CHANGES = 512

export class CommitLoop<Z extends ZoneView> {
  private waiting: Waiting<Z>[] = []
  private scheduled = false
  private closed = false
  private readonly persist: Persist<Z>
  private readonly clock: Clock
  private readonly observers: Observers

  constructor(persist: Persist<Z>, clock: Clock, observers: Observers) {
    this.persist = persist
    this.clock = clock
    this.observers = observers
  }

  get isBusy(): boolean {
    return this.waiting.length > 0
  }

  commit<T>(zone: Z, author: Author, decide: Decide<T>): Promise<Outcome<T>> {
    if (this.closed) return Promise.reject(new StoreError('the store is closed'))
    return new Promise((resolve, reject) => {
      const { clock, observers } = this
      this.waiting.push(new Change({ zone, author, clock, observers, decide, resolve, reject }))
      if (!this.scheduled) {
        this.scheduled = true
        this.runWhenQuiet(0, MOST_TURNS)
      }
    })
  }

  /** Commits what waits, and takes nothing any more. */
  close(): void {
    this.closed = true
    this.run()
  }

  private runWhenQuiet(seen: number, turnsLeft: number): void {
    setImmediate(() => {
      const count = this.waiting.length
      if (count > seen && count < MOST_CHANGES && turnsLeft > 0)
        this.runWhenQuiet(count, turnsLeft - 1)
      else this.run()
    })
  }

  private run(): void {
    this.scheduled = false
    const group = this.waiting
    this.waiting = []
    const overlays = new Map<Z, Overlay<Z>>()
    for (const change of group) {
      let overlay = overlays.get(change.zone)
      if (overlay === undefined) {
        const draft = new Draft(change.zone)
        overlay = {
          zone: change.zone,
          draft,
          nodes: draft.changes,
          entries: [],
          applied: new Map(),
          decided: [],
        }
        overlays.set(change.zone, overlay)
      }
      change.decide(overlay)
    }
    const changed = [...overlays.values()].filter(
      ({ entries, applied }) => entries.length > 0 || applied.size > 0,
    )
    const failure = changed.length === 0 ? undefined : this.tryPersist(changed)
    for (const { zone, entries, decided } of changed) {
      // What only a remembered file is changed by is no change of the zone.
      if (failure === undefined && entries.length > 0) this.observers.committed(zone, entries)
      if (failure !== undefined) for (const nodes of decided) this.observers.dropped(zone, nodes)
    }
    // Also what changed nothing was decided on drafts of this group, so it fails with them.
    for (const change of group) change.settle(failure)
  }

  private tryPersist(groups: readonly ZoneGroup<Z>[]): StoreError | undefined {
    try {
      this.persist(groups)
      return undefined
    } catch (error) {
      return new StoreError('the change could not be put on disk', { cause: error })
    }
  }
}

interface ChangeParts<Z extends ZoneView, T> {
  readonly zone: Z
  readonly author: Author
  readonly clock: Clock
  readonly observers: Observers
  readonly decide: Decide<T>
  readonly resolve: (outcome: Outcome<T>) => void
  readonly reject: (error: Error) => void
}

class Change<Z extends ZoneView, T> implements Waiting<Z> {
  readonly zone: Z
  private readonly parts: ChangeParts<Z, T>
  private outcome: Outcome<T> | undefined
  private bug: unknown

  constructor(parts: ChangeParts<Z, T>) {
    this.zone = parts.zone
    this.parts = parts
  }

  decide(overlay: Overlay<Z>): void {
    const { author, clock, observers, decide } = this.parts
    try {
      const draft = new Draft(overlay.draft)
      const { keep, grants, result, applied } = decide(draft, overlay.entries)
      const changeset = keep ? draft.seal() : undefined
      this.outcome = { result, changeset }
      if (keep) for (const [key, node] of applied ?? []) overlay.applied.set(key, node)
      if (changeset === undefined) return
      const nodes: NodeChange[] = []
      for (const [key, after] of draft.changes) {
        nodes.push({ key, before: overlay.draft.get(key), after })
        overlay.draft.set(key, after)
      }
      const timeMilliseconds = clock.nowMilliseconds()
      overlay.entries.push({ changeset, author, grants, timeMilliseconds })
      overlay.decided.push(nodes)
      observers.decided(this.zone, nodes)
    } catch (error) {
      // A bug of ours in one change must not take its group-mates along.
      this.bug = error
    }
  }

  settle(failure: StoreError | undefined): void {
    const { resolve, reject } = this.parts
    if (failure !== undefined) reject(failure)
    else if (this.outcome !== undefined) resolve(this.outcome)
    else reject(new Error('a change could not be decided', { cause: this.bug }))
  }
}
