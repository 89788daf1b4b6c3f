/** So many a second: what clients without a proven identity may bring about. */
import type { Clock } from '../base/clock.ts'

/** @returns whether there may be one more in this second, which is counted then */
export const perSecond = (clock: Clock, most: number): (() => boolean) => {
  let second = 0
  let count = 0
  return () => {
    const now = clock.nowSeconds()
    if (now !== second) {
      second = now
      count = 0
    }
    if (count >= most) return false
    count++
    return true
  }
}
