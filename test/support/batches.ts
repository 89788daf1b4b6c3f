/** Tests of what needs UDP in batches: they are skipped on systems that have none, and on no others. */
import t, { type Test } from 'tap'
import { loadSystemCalls, NoBatches, type SystemCalls } from '../../src/transport/system-calls.ts'

const found = await loadSystemCalls().catch((error: unknown) => {
  if (error instanceof NoBatches) return undefined
  throw error
})
export const hasBatches = found !== undefined
const skip = !hasBatches && 'there are no batches on this system'
// Where there are none, no test is run.
export const calls = found as SystemCalls

export const test = (title: string, run: (t: Test) => Promise<void>): void => {
  void t.test(title, { skip }, run)
}
