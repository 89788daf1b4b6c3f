/** The contract that every ZoneStore passes, whatever it keeps its zones in. */
import type { Test } from 'tap'
import type { MakeStore } from './battery.ts'
import { commitTests } from './store-commits.ts'
import { historyTests } from './store-history.ts'
import { journalTests } from './store-journal.ts'
import { loadTests } from './store-loads.ts'
import { secondaryTests } from './store-secondaries.ts'
import { trimmingTests } from './store-trimming.ts'
import { viewTests } from './store-views.ts'

const BATTERIES = [
  viewTests,
  loadTests,
  commitTests,
  historyTests,
  journalTests,
  trimmingTests,
  secondaryTests,
]

/** Registers every test of the contract as a sub-test of `t`. */
export const storeBattery = (t: Test, make: MakeStore): void => {
  for (const battery of BATTERIES) {
    for (const [title, run] of Object.entries(battery)) t.test(title, (t) => run(t, make))
  }
}
