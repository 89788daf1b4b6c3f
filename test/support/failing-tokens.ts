/** A store of tokens that is full when a test says so. */
import { MemoryStore } from '../../src/store/memory.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { FakeClock } from './clock.ts'

export class FailingTokenStore extends MemoryStore {
  isFull = false

  constructor() {
    super(new FakeClock())
  }

  override putTokens(...args: Parameters<MemoryStore['putTokens']>): void {
    if (this.isFull) throw new StoreError('the tokens could not be put on disk')
    super.putTokens(...args)
  }
}
