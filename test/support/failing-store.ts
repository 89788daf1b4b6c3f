/** A store that a test can make fail, as it does when the disk is full. */
import { MemoryStore } from '../../src/store/memory.ts'
import type { Name } from '../../src/wire/name.ts'
import type { Author } from '../../src/zone/changeset.ts'
import type { SecondaryState } from '../../src/zone/secondary-state.ts'
import { StoreError, type Decide, type Outcome, type ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from './clock.ts'

export class FailingStore extends MemoryStore {
  /** What every commit rejects with, once there is something. */
  failure: Error | undefined

  constructor() {
    super(new FakeClock())
  }

  override commit<T>(zone: ZoneView, author: Author, decide: Decide<T>): Promise<Outcome<T>> {
    const { failure } = this
    return failure === undefined ? super.commit(zone, author, decide) : Promise.reject(failure)
  }
}

/** As the commit loop tells of it. */
export const diskFull = (): StoreError =>
  new StoreError('the change could not be put on disk', {
    cause: new Error('No space left on device'),
  })

/** A store in memory that keeps no times of secondary zones, once it is told to. */
export class FailingStates extends MemoryStore {
  isFull = false

  constructor() {
    super(new FakeClock())
  }

  override setSecondaryState(apex: Name, state: SecondaryState | undefined): void {
    if (this.isFull) throw diskFull()
    super.setSecondaryState(apex, state)
  }
}
