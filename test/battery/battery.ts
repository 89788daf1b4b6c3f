/** What a battery of tests is: the same sentences, held against one store after the other. */
import type { Test } from 'tap'
import type { ZoneStore } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'

/** Makes an empty store; who calls it closes it. */
export type MakeStore = (t: Test, clock: FakeClock) => ZoneStore

/** Tests by their titles. */
export type Battery = Readonly<Record<string, (t: Test, make: MakeStore) => Promise<void>>>

/** An empty store, closed when the test ends. */
export const opened = (t: Test, make: MakeStore, clock = new FakeClock()): ZoneStore => {
  const store = make(t, clock)
  t.teardown(() => store.close())
  return store
}
