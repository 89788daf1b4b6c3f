/** A store that a test can make fail, as it does when the disk is full. */
import { MemoryStore } from '../../src/store/memory.ts'
import type { Author } from '../../src/zone/changeset.ts'
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
