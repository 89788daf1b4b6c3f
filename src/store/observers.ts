/** Whoever wants to know what happens to the zones of a store, told one after the other. */
import type { Changeset } from '../zone/changeset.ts'
import type { CommitObserver, JournalEntry, ZoneView } from '../zone/zone.ts'

export class Observers implements CommitObserver {
  private readonly all = new Set<CommitObserver>()

  /** @returns how to end it */
  add(observer: CommitObserver): () => void {
    this.all.add(observer)
    return () => {
      this.all.delete(observer)
    }
  }

  decided(zone: ZoneView, changeset: Changeset): void {
    for (const observer of this.all) observer.decided?.(zone, changeset)
  }

  dropped(zone: ZoneView, changeset: Changeset): void {
    for (const observer of this.all) observer.dropped?.(zone, changeset)
  }

  committed(zone: ZoneView, entries: readonly JournalEntry[]): void {
    for (const observer of this.all) observer.committed?.(zone, entries)
  }

  replaced(zone: ZoneView): void {
    for (const observer of this.all) observer.replaced?.(zone)
  }
}
