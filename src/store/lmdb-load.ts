/**
 * Fills a zone under an id that nobody reads yet, in transactions of bounded size, and makes it the
 * zone of that name in one last, small one. Until then its id is marked as garbage, so what a crash
 * leaves behind is removed at the next start.
 */
import type { Clock } from '../base/clock.ts'
import { nameToText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { decodeNode, encodeNode, type Node } from '../zone/node.ts'
import { addToNode, lacking } from '../zone/zone-contents.ts'
import { StoreError, type ZoneLoad } from '../zone/zone.ts'
import {
  decodeU32,
  decodeZone,
  encodeU32,
  encodeZone,
  garbageKey,
  garbageRange,
  journalHeadKey,
  metaKey,
  nodeKey,
  rangeOfZone,
  zoneIdOf,
  zoneIdOfGarbageKey,
  zoneKey,
  type ZoneId,
} from './layout.ts'
import type { Databases, Octets } from './databases.ts'
import { encodeJournalHead } from './journal-head.ts'

/** Nodes that a load holds in memory, and keys that one transaction removes. */
const BATCH = 10_000

export class LmdbLoad implements ZoneLoad {
  private readonly databases: Databases
  private readonly clock: Clock
  private readonly apex: Name
  private readonly from: 'file' | undefined
  private readonly id: ZoneId
  private readonly onPublished: () => void
  private pending = new Map<NameKey, Node>()

  /** @param onPublished called when this is the zone of that name */
  constructor(
    databases: Databases,
    clock: Clock,
    apex: Name,
    from: 'file' | undefined,
    onPublished: () => void,
  ) {
    this.databases = databases
    this.clock = clock
    this.apex = apex
    this.from = from
    this.onPublished = onPublished
    this.id = this.onDisk(() => takeZoneId(databases.meta))
  }

  add(record: ZoneRecord): string | undefined {
    const key = nameKeyOf(record.owner)
    const addition = addToNode(this.apex, this.node(key), record)
    if (!addition.ok) return addition.why
    this.pending.set(key, addition.node)
    if (this.pending.size >= BATCH) this.write()
    return undefined
  }

  *nodes(): Generator<Node> {
    this.write()
    const range = { ...rangeOfZone(this.id), snapshot: true }
    for (const { value } of this.databases.nodes.getRange(range)) yield decodeNode(value)
  }

  lacks(): string | undefined {
    return lacking(this.node(nameKeyOf(this.apex)))
  }

  publish(): string | undefined {
    const problem = this.lacks()
    if (problem !== undefined) return problem
    const { meta, zones } = this.databases
    this.write()
    const stored = zones.get(zoneKey(this.apex))
    const replaced = stored && decodeZone(stored).id
    const head = { since: this.clock.nowMilliseconds(), counted: 0, octets: 0 }
    this.onDisk(() => {
      if (replaced !== undefined) meta.putSync(garbageKey(replaced), Buffer.alloc(0))
      meta.removeSync(garbageKey(this.id))
      meta.putSync(journalHeadKey(this.id), encodeJournalHead(head))
      zones.putSync(zoneKey(this.apex), encodeZone(this.id, this.apex))
    })
    this.onPublished()
    if (replaced !== undefined) removeIfGarbage(this.databases, replaced)
    return undefined
  }

  abandon(): void {
    this.pending.clear()
    removeIfGarbage(this.databases, this.id)
  }

  private node(key: NameKey): Node | undefined {
    const pending = this.pending.get(key)
    if (pending !== undefined) return pending
    const stored = this.databases.nodes.get(nodeKey(this.id, key))
    return stored === undefined ? undefined : decodeNode(stored)
  }

  private write(): void {
    const { nodes, applied } = this.databases
    this.onDisk(() => {
      for (const [key, node] of this.pending) {
        const [at, octets] = [nodeKey(this.id, key), encodeNode(node)]
        nodes.putSync(at, octets)
        if (this.from === 'file') applied.putSync(at, octets)
      }
    })
    this.pending = new Map()
  }

  /**
   * Runs what writes in one transaction.
   * @throws StoreError for whatever keeps it from the disk
   */
  private onDisk<T>(run: () => T): T {
    try {
      return this.databases.write(run)
    } catch (error) {
      const what = `${nameToText(this.apex)} could not be put on disk`
      throw new StoreError(what, { cause: error })
    }
  }
}

const takeZoneId = (meta: Octets): ZoneId => {
  const stored = meta.get(metaKey.nextZoneId)
  const id = zoneIdOf(stored === undefined ? 1 : decodeU32(stored))
  meta.putSync(metaKey.nextZoneId, encodeU32(id + 1))
  meta.putSync(garbageKey(id), Buffer.alloc(0))
  return id
}

/** Removes all that is marked as garbage; no zone may be in the making, since that is marked too. */
export const removeGarbage = (databases: Databases): void => {
  for (const mark of Array.from(databases.meta.getKeys(garbageRange))) {
    removeIfGarbage(databases, zoneIdOfGarbageKey(mark))
  }
}

/**
 * A load that was published is not garbage any more, whatever is called after that. What cannot be
 * removed, on a full disk, keeps its mark, and the next start tries again.
 */
const removeIfGarbage = (databases: Databases, id: ZoneId): void => {
  const { write, meta, nodes, journal, applied } = databases
  const mark = garbageKey(id)
  if (!meta.doesExist(mark)) return
  try {
    for (const database of [nodes, journal, applied]) {
      while (removeSome(write, database, id) === BATCH);
    }
    write(() => {
      meta.removeSync(journalHeadKey(id))
      meta.removeSync(mark)
    })
  } catch {
    // Nobody reads it, and it is not worth failing what has succeeded.
  }
}

const removeSome = (write: Databases['write'], database: Octets, id: ZoneId): number => {
  const keys = Array.from(database.getKeys({ ...rangeOfZone(id), limit: BATCH }))
  write(() => {
    for (const key of keys) database.removeSync(key)
  })
  return keys.length
}
