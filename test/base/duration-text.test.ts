/** Durations for people. */
import t from 'tap'
import { durationText } from '../../src/base/duration-text.ts'

t.test('a duration is told in its largest unit', async (t) => {
  const rows = [
    [0, '0 seconds'],
    [1999, '1 second'],
    [59_999, '59 seconds'],
    [60_000, '1 minute'],
    [3_599_999, '59 minutes'],
    [7_200_000, '2 hours'],
    [86_400_000, '1 day'],
    [36 * 86_400_000, '36 days'],
  ] as const
  for (const [milliseconds, text] of rows) t.equal(durationText(milliseconds), text)
})
