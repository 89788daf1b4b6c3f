/** Changes laid over a zone that stays as it is until they are committed. */
import type { Name } from '../wire/name.ts'
import { RrType } from '../wire/codes.ts'
import { recordsOnlyIn, type Changeset, type ZoneRecord } from './changeset.ts'
import type { NameKey } from './name-key.ts'
import { withRrset, type Node } from './node.ts'
import { nextSerial, type Serial } from './serial.ts'
import { serialOfApex, soaOf, withSoaSerial } from './soa.ts'
import type { ZoneDraft } from './zone.ts'

/** What a draft lies over: a stored zone, or another draft. */
export interface NodeSource {
  readonly apex: Name
  readonly apexKey: NameKey
  get(key: NameKey): Node | undefined
}

export class Draft implements ZoneDraft {
  readonly apex: Name
  readonly apexKey: NameKey
  /** What was set, by key; undefined where the node was taken away. */
  readonly changes = new Map<NameKey, Node | undefined>()
  private readonly base: NodeSource
  /** What the base had, so that many changes of one name read it once. */
  private readonly read = new Map<NameKey, Node | undefined>()

  constructor(base: NodeSource) {
    this.base = base
    this.apex = base.apex
    this.apexKey = base.apexKey
  }

  get serialBefore(): Serial {
    return serialOfApex(this.before(this.apexKey))
  }

  get(key: NameKey): Node | undefined {
    const changed = this.changes.get(key)
    return changed !== undefined || this.changes.has(key) ? changed : this.before(key)
  }

  private before(key: NameKey): Node | undefined {
    const known = this.read.get(key)
    if (known !== undefined || this.read.has(key)) return known
    const found = this.base.get(key)
    this.read.set(key, found)
    return found
  }

  set(key: NameKey, node: Node | undefined): void {
    this.changes.set(key, node)
  }

  /**
   * The difference to the base, its serial raised unless the change itself has done that (RFC 2136
   * §3.6: the serial changes exactly when the zone does); undefined when there is none.
   */
  seal(): Changeset | undefined {
    const { serialBefore } = this
    const removed: ZoneRecord[] = []
    const added: ZoneRecord[] = []
    for (const key of this.changes.keys()) {
      if (key === this.apexKey) continue
      removed.push(...recordsOnlyIn(this.before(key), this.get(key)))
      added.push(...recordsOnlyIn(this.get(key), this.before(key)))
    }
    let serialAfter = serialOfApex(this.get(this.apexKey))
    const changed = removed.length > 0 || added.length > 0 || this.apexDiffers()
    if (!changed) return undefined
    if (serialAfter === serialBefore) {
      serialAfter = nextSerial(serialBefore)
      this.setSerial(serialAfter)
    }
    const before = this.before(this.apexKey)
    const after = this.get(this.apexKey)
    removed.unshift(...recordsOnlyIn(before, after))
    added.unshift(...recordsOnlyIn(after, before))
    return { serialBefore, serialAfter, removed, added }
  }

  private apexDiffers(): boolean {
    const before = this.before(this.apexKey)
    const after = this.get(this.apexKey)
    return recordsOnlyIn(before, after).length > 0 || recordsOnlyIn(after, before).length > 0
  }

  private setSerial(serial: Serial): void {
    const apex = this.get(this.apexKey)
    const { ttl, rdata } = soaOf(apex)
    const soa = { type: RrType.SOA, ttl, rdatas: [withSoaSerial(rdata, serial)] }
    this.set(this.apexKey, withRrset(apex, this.apex, soa))
  }
}
