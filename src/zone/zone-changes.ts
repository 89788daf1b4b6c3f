/**
 * When each part of any zone changed last, so that whoever keeps what follows from some parts can tell
 * whether it still does. A part is a node, all that is below a name, or a SOA, which changes with every
 * change: so that an answer without it outlives them.
 *
 * Parts share places in a table of fixed size: what falls on one place with a part that changed seems
 * to have changed too, never the other way round.
 *
 * The table is in memory that threads can share: one writes, others read. Plain reads and writes of it
 * are put in order by atomic ones of a mark: who has seen the mark that follows a change sees the
 * change. Numbers of eight octets are read and written whole where there are threads (x64, arm64).
 */
import { RrType } from '../wire/codes.ts'
import { keysDownTo, type NameKey } from './name-key.ts'
import type { Node } from './node.ts'
import type { Rrset } from './rrset.ts'
import type { CommitObserver, NodeChange, ZoneView } from './zone.ts'

/** A node without a SOA; whether anything is below a name; a SOA. */
export type ZonePart = 'node' | 'below' | 'soa'

/** Of 8 octets each; what never changed costs no memory. */
const PLACES = 2 ** 19

/** The memory: how many times zones changed, in two parts of 32 bits, and the table. */
const HIGH_AT = 4
const TABLE_AT = 8
const TWO_TO_32 = 2 ** 32

/** @param places a power of two */
export const memoryOfChanges = (places = PLACES): SharedArrayBuffer =>
  new SharedArrayBuffer(TABLE_AT + places * 8)

const SEEDS = { node: 0x811c9dc5, below: 0x2f0b4c47, soa: 0x5bd1e995 } as const

export class ZoneChanges implements CommitObserver {
  /** To be handed to another thread, which sees in it what this one is told. */
  readonly memory: SharedArrayBuffer
  /** The lower 32 bits of `now`, raised when all of a change is in the table. */
  private readonly low: Int32Array
  private readonly high: Int32Array
  /** By place: `now` when it changed last. */
  private readonly changedAt: Float64Array
  /** The change that is noted. */
  private next = 0
  /** Changes that wait for the disk. */
  private readonly waiting = new Map<ZoneView, NodeChange[]>()

  /** @param memory of the thread that is told of changes; its own where this is that thread */
  constructor(memory = memoryOfChanges()) {
    this.memory = memory
    this.low = new Int32Array(memory, 0, 1)
    this.high = new Int32Array(memory, HIGH_AT, 1)
    this.changedAt = new Float64Array(memory, TABLE_AT)
  }

  /**
   * How many times zones changed: numbers above it are yet to come. What is read after it is no older, on
   * any processor. Of both parts the lower one is written first and read last: read while they change, the number
   * is too low, and what is kept under it seems old.
   */
  get now(): number {
    const upper = Atomics.load(this.high, 0)
    return upper * TWO_TO_32 + (Atomics.load(this.low, 0) >>> 0)
  }

  /** Where it stands when that part of the name's zone changed last; FNV-1a. */
  place(part: ZonePart, key: NameKey): number {
    let hash: number = SEEDS[part]
    for (let index = 0; index < key.length; index++) {
      hash = Math.imul(hash ^ key.charCodeAt(index), 0x0100_0193)
    }
    return (hash ^ (hash >>> 15)) & (this.changedAt.length - 1)
  }

  /** @param count of places, which stand in `places` from `first` on */
  isUnchangedSince(then: number, places: Uint32Array, first: number, count: number): boolean {
    Atomics.load(this.low, 0)
    for (let index = first; index < first + count; index++) {
      // All indexes and places are inside.
      if ((this.changedAt[places[index] as number] as number) > then) return false
    }
    return true
  }

  decided(zone: ZoneView, nodes: readonly NodeChange[]): void {
    const waiting = this.waiting.get(zone)
    if (waiting === undefined) this.waiting.set(zone, [...nodes])
    else waiting.push(...nodes)
  }

  dropped(zone: ZoneView): void {
    this.waiting.delete(zone)
  }

  /** What waited for a zone is committed together, or dropped. */
  committed(zone: ZoneView): void {
    const nodes = this.waiting.get(zone) ?? []
    this.waiting.delete(zone)
    this.next = this.now + 1
    for (const change of nodes) this.note(zone.apexKey, change)
    this.publish()
  }

  /** Every answer from a zone begins with its apex. */
  replaced(zone: ZoneView): void {
    this.next = this.now + 1
    this.touch('node', zone.apexKey)
    this.touch('soa', zone.apexKey)
    this.publish()
  }

  /** Not before all is in the table. */
  private publish(): void {
    Atomics.store(this.low, 0, this.next | 0)
    Atomics.store(this.high, 0, Math.floor(this.next / TWO_TO_32))
  }

  private note(apexKey: NameKey, { key, before, after }: NodeChange): void {
    if (key === apexKey) {
      this.touch('soa', key)
      if (differsBesidesSoa(before, after)) this.touch('node', key)
      return
    }
    this.touch('node', key)
    if ((before === undefined) === (after === undefined)) return
    this.touch('below', apexKey)
    for (const level of keysDownTo(key, apexKey)) this.touch('below', level)
  }

  private touch(part: ZonePart, key: NameKey): void {
    this.changedAt[this.place(part, key)] = this.next
  }
}

/** Nothing in a node is ever changed: the same objects are the same records, others may be others. */
const differsBesidesSoa = (before: Node | undefined, after: Node | undefined): boolean => {
  if (before === undefined || before.owner !== after?.owner) return true
  const [some, others] = [besidesSoa(before), besidesSoa(after)]
  return some.length !== others.length || some.some((rrset, index) => rrset !== others[index])
}

const besidesSoa = ({ rrsets }: Node): readonly Rrset[] =>
  rrsets.filter(({ type }) => type !== RrType.SOA)
