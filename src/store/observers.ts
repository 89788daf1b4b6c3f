/** Whoever wants to know what happens to the zones of a store, told one after the other. */
import type { CommitObserver, JournalEntry, NodeChange, ZoneView } from '../zone/zone.ts'

export class Observers implements CommitObserver {
  private readonly all = new Set<CommitObserver>()

  /** @returns how to end it */
  add(observer: CommitObserver): () => void {
    this.all.add(observer)
    return () => {
      this.all.delete(observer)
    }
  }

  decided(zone: ZoneView, nodes: readonly NodeChange[]): void {
    for (const observer of this.all) observer.decided?.(zone, nodes)
  }

  dropped(zone: ZoneView, nodes: readonly NodeChange[]): void {
    for (const observer of this.all) observer.dropped?.(zone, nodes)
  }

  committed(zone: ZoneView, entries: readonly JournalEntry[]): void {
    for (const observer of this.all) observer.committed?.(zone, entries)
  }

  replaced(zone: ZoneView): void {
    for (const observer of this.all) observer.replaced?.(zone)
  }
}
