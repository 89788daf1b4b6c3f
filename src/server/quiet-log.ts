/**
 * A log that strangers can make grow only so fast: what goes over the rate is counted, and the
 * count stands in the next line that gets through.
 */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'

export const quietLog = (log: Log, clock: Clock, linesPerSecond: number): Log => {
  let second = 0
  let lines = 0
  let suppressed = 0
  const limited =
    (level: keyof Log): Log['info'] =>
    (fields, message) => {
      const now = clock.nowSeconds()
      if (now !== second) {
        second = now
        lines = 0
      }
      if (lines >= linesPerSecond) {
        suppressed++
        return
      }
      lines++
      log[level](suppressed === 0 ? fields : { ...fields, suppressed }, message)
      suppressed = 0
    }
  return { info: limited('info'), warn: limited('warn'), error: limited('error') }
}
