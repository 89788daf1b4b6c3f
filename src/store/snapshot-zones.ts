/**
 * The zones of a store that another thread writes to, as one question sees them: all that it reads is of
 * one version, which is no older than what that thread has told of (`ZoneChanges`) when it was begun.
 */
import type { Name } from '../wire/name.ts'
import type { ZoneChanges } from '../zone/zone-changes.ts'
import type { ZoneView } from '../zone/zone.ts'
import type { LmdbStore } from './lmdb.ts'

type Snapshots = Pick<LmdbStore, 'renew' | 'zone'>

export class SnapshotZones {
  private readonly store: Snapshots
  private readonly changes: ZoneChanges
  /** `ZoneChanges.now` before the version that is read was taken. */
  private taken = -1
  /** Counts the questions. */
  private question = 0

  constructor(store: Snapshots, changes: ZoneChanges) {
    this.store = store
    this.changes = changes
  }

  /** Begins another question, in the turn of the event loop that will end it. */
  begin(): void {
    const { now } = this.changes
    if (now !== this.taken) this.store.renew()
    this.taken = now
    this.question++
  }

  /** A zone whose view is that of the question; to be looked at between `begin` and the end of the turn. */
  zone(apex: Name): { readonly apex: Name; readonly view: ZoneView | undefined } {
    const { store } = this
    const current = (): number => this.question
    let seen = -1
    let view: ZoneView | undefined
    return {
      apex,
      // A zone that was loaded anew is another one, and in an older version the other is there yet.
      get view() {
        if (seen !== current()) view = store.zone(apex)
        seen = current()
        return view
      },
    }
  }
}
