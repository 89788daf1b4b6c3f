/**
 * How many names and records there are in a part of a zone, always as of the last change that was
 * decided: counted once, and then kept right by what each change does.
 */
import type { Name } from '../wire/name.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import type { Node } from '../zone/node.ts'
import type { CommitObserver, NodeChange, ZoneView } from '../zone/zone.ts'

export interface Counts {
  readonly names: number
  readonly records: number
}

/** Which owner names are counted. */
export type Covers = (owner: Name) => boolean

export const countsOf = (node: Node | undefined): Counts => ({
  names: node === undefined ? 0 : 1,
  records: node?.rrsets.reduce((sum, { rdatas }) => sum + rdatas.length, 0) ?? 0,
})

interface Part {
  readonly covers: Covers
  names: number
  records: number
}

export class Usage implements CommitObserver {
  /** By zone, and there by what the part is called. */
  private readonly zones = new Map<NameKey, Map<string, Part>>()

  /**
   * Counts these parts, and no others of the zone, from now on. One that was not counted yet is now,
   * which takes as long as reading the zone.
   */
  watchOnly(zone: ZoneView, wanted: ReadonlyMap<string, Covers>): void {
    const before = this.zones.get(zone.apexKey)
    const parts = new Map<string, Part>()
    for (const [name, covers] of wanted) {
      parts.set(name, before?.get(name) ?? counted(zone, covers))
    }
    if (parts.size === 0) this.zones.delete(zone.apexKey)
    else this.zones.set(zone.apexKey, parts)
  }

  /** Undefined when nobody watches it. */
  of(apex: Name, part: string): Counts | undefined {
    return this.zones.get(nameKeyOf(apex))?.get(part)
  }

  decided(zone: ZoneView, nodes: readonly NodeChange[]): void {
    this.account(zone, nodes, 1)
  }

  dropped(zone: ZoneView, nodes: readonly NodeChange[]): void {
    this.account(zone, nodes, -1)
  }

  replaced(zone: ZoneView): void {
    for (const part of this.zones.get(zone.apexKey)?.values() ?? []) {
      Object.assign(part, counted(zone, part.covers))
    }
  }

  private account(zone: ZoneView, nodes: readonly NodeChange[], sign: 1 | -1): void {
    const parts = this.zones.get(zone.apexKey)
    if (parts === undefined) return
    for (const { before, after } of nodes) {
      const known = after ?? before
      // A name that came and went in one change.
      if (known === undefined) continue
      const [was, is] = [countsOf(before), countsOf(after)]
      for (const part of parts.values()) {
        if (!part.covers(known.owner)) continue
        part.names += sign * (is.names - was.names)
        part.records += sign * (is.records - was.records)
      }
    }
  }
}

const counted = (zone: ZoneView, covers: Covers): Part => {
  const part: Part = { covers, names: 0, records: 0 }
  for (const node of zone.nodes()) {
    if (!covers(node.owner)) continue
    part.names++
    part.records += countsOf(node).records
  }
  return part
}
