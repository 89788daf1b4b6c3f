/**
 * Zones that remember what of them was read: an answer that was made from them stays true as long as
 * nothing of that changes. What the lookup does not read it cannot depend on.
 */
import type { QueryZone, ZoneFinder } from '../query/answer.ts'
import { RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import type { NameKey } from '../zone/name-key.ts'
import type { Node } from '../zone/node.ts'
import type { Rrset } from '../zone/rrset.ts'
import type { ZoneNames } from '../zone/zone.ts'
import type { ZoneChanges, ZonePart } from '../zone/zone-changes.ts'

/** Parts that an answer may depend on; those with more are not worth keeping. */
export const MOST_READS = 16

/** What one answer was made from. */
export class AnswerReads {
  /** Where the changes of what was read are noted, the first `count` of them. */
  readonly places = new Uint32Array(MOST_READS)
  count = 0
  /** `ZoneChanges.now` before the first read: what changes while it is made counts as later. */
  began = 0
  private readonly changes: ZoneChanges

  constructor(changes: ZoneChanges) {
    this.changes = changes
  }

  /** Whether there is room for all that was read. */
  get isWhole(): boolean {
    return this.count <= MOST_READS
  }

  begin(): void {
    this.count = 0
    this.began = this.changes.now
  }

  note(part: ZonePart, key: NameKey): void {
    const place = this.changes.place(part, key)
    if (this.places.subarray(0, this.count).includes(place)) return
    // Beyond the end nothing is written.
    this.places[this.count++] = place
  }
}

/** The zones, watched while one question is answered. */
export class WatchedZones implements ZoneFinder {
  private readonly zones: ZoneFinder
  private readonly reads: AnswerReads

  constructor(zones: ZoneFinder, reads: AnswerReads) {
    this.zones = zones
    this.reads = reads
  }

  /** Which zones there are, and which of them can answer, is not noted: ZoneSet has a version. */
  enclosing(name: Name): QueryZone | undefined {
    const zone = this.zones.enclosing(name)
    if (zone?.view === undefined) return zone
    return { apex: zone.apex, view: new WatchedZone(zone.view, this.reads) }
  }
}

class WatchedZone implements ZoneNames {
  readonly apex: Name
  readonly apexKey: NameKey
  private readonly view: ZoneNames
  private readonly reads: AnswerReads

  constructor(view: ZoneNames, reads: AnswerReads) {
    this.apex = view.apex
    this.apexKey = view.apexKey
    this.view = view
    this.reads = reads
  }

  get(key: NameKey): Node | undefined {
    this.reads.note('node', key)
    const node = this.view.get(key)
    return node !== undefined && key === this.apexKey ? this.watched(node) : node
  }

  hasBelow(key: NameKey): boolean {
    this.reads.note('below', key)
    return this.view.hasBelow(key)
  }

  private watched({ owner, rrsets }: Node): Node {
    const watch = (rrset: Rrset): Rrset =>
      rrset.type === RrType.SOA ? new WatchedSoa(rrset, this.reads, this.apexKey) : rrset
    return { owner, rrsets: rrsets.map(watch) }
  }
}

/** Every lookup passes the SOA by, and it changes all the time: what matters is who looks into it. */
class WatchedSoa implements Rrset {
  readonly type = RrType.SOA
  private readonly rrset: Rrset
  private readonly reads: AnswerReads
  private readonly apexKey: NameKey

  constructor(rrset: Rrset, reads: AnswerReads, apexKey: NameKey) {
    this.rrset = rrset
    this.reads = reads
    this.apexKey = apexKey
  }

  get ttl(): number {
    this.reads.note('soa', this.apexKey)
    return this.rrset.ttl
  }

  get rdatas(): readonly Uint8Array[] {
    this.reads.note('soa', this.apexKey)
    return this.rrset.rdatas
  }
}
