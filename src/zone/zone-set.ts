/** The zones that a server answers for, found by a name in them. */
import { foldedName, parentOf, type Name } from '../wire/name.ts'

/** Is told of each zone that is added, before it is there. */
export interface ZoneWatcher<Z> {
  adds(zone: Z): void
}

export class ZoneSet<Z extends { readonly apex: Name }> {
  private readonly zones = new Map<string, Z>()
  private changes = 0
  private watcher: ZoneWatcher<Z> | undefined

  /** Another number after each `add`. */
  get version(): number {
    return this.changes
  }

  /** @param watcher takes the place of the one before it */
  watch(watcher: ZoneWatcher<Z>): void {
    this.watcher = watcher
  }

  /** Takes the place of a zone with the same apex. */
  add(zone: Z): void {
    this.watcher?.adds(zone)
    this.changes++
    this.zones.set(foldedName(zone.apex), zone)
  }

  /** The zone with exactly that apex. */
  get(apex: Name): Z | undefined {
    return this.zones.get(foldedName(apex))
  }

  /** The zone whose apex is the nearest at or above the name (RFC 1034 §4.3.2 step 2). */
  enclosing(name: Name): Z | undefined {
    let candidate = name
    let zone = this.get(candidate)
    while (zone === undefined && candidate.length > 1) {
      candidate = parentOf(candidate)
      zone = this.get(candidate)
    }
    return zone
  }

  [Symbol.iterator](): IterableIterator<Z> {
    return this.zones.values()
  }
}
