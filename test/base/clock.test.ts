/** `base/clock.ts`: a tool that knows nothing of DNS. */
import t from 'tap'
import { isoTime, systemClock } from '../../src/base/clock.ts'

t.test('the system clock tells the time of day in whole seconds and milliseconds', async (t) => {
  const before = Date.now()
  const milliseconds = systemClock.nowMilliseconds()
  const seconds = systemClock.nowSeconds()
  const after = Date.now()
  t.ok(before <= milliseconds && milliseconds <= after)
  t.ok(Math.floor(before / 1000) <= seconds && seconds <= Math.floor(after / 1000))
  t.ok(Number.isInteger(seconds))
})

t.test('the monotonic clock never goes backwards', async (t) => {
  const first = systemClock.monotonicMilliseconds()
  t.ok(systemClock.monotonicMilliseconds() >= first)
})

t.test('RFC 3339 a time is written in UTC and in whole seconds', async (t) => {
  t.equal(isoTime(1_798_761_600_000), '2027-01-01T00:00:00Z')
  t.equal(isoTime(1_798_761_600_999), '2027-01-01T00:00:00Z')
})
