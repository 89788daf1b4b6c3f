/**
 * A log that strangers can make grow only so fast: what goes over the rate is counted, and the
 * count stands in the next line that gets through.
 */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { perSecond } from './per-second.ts'

export const quietLog = (log: Log, clock: Clock, linesPerSecond: number): Log => {
  const mayLog = perSecond(clock, linesPerSecond)
  let suppressed = 0
  const limited =
    (level: keyof Log): Log['info'] =>
    (fields, message) => {
      if (!mayLog()) {
        suppressed++
        return
      }
      log[level](suppressed === 0 ? fields : { ...fields, suppressed }, message)
      suppressed = 0
    }
  return { info: limited('info'), warn: limited('warn'), error: limited('error') }
}
