/** Budgets of keys: TTLs within bounds, and so many UPDATEs a minute. */
import t from 'tap'
import { DEFAULT_BUDGET, ttlWithin } from '../../src/access/budget.ts'
import { UpdateRates } from '../../src/access/update-rates.ts'
import { FakeClock } from '../support/clock.ts'

t.test('a TTL outside the bounds is moved to the nearest, or refused', async (t) => {
  const clamp = { least: 60, most: 3600, outside: 'clamp' } as const
  const refuse = { ...clamp, outside: 'refuse' } as const
  const cases: [number, number | undefined, number | undefined][] = [
    [0, 60, undefined],
    [59, 60, undefined],
    [60, 60, 60],
    [3600, 3600, 3600],
    [3601, 3600, undefined],
    [0x7fff_ffff, 3600, undefined],
  ]
  for (const [ttl, clamped, kept] of cases) {
    t.equal(ttlWithin(clamp, ttl), clamped, `${ttl} clamped`)
    t.equal(ttlWithin(refuse, ttl), kept, `${ttl} refused`)
  }
  t.equal(ttlWithin(DEFAULT_BUDGET.ttl, 0), 0, 'without bounds any TTL stays')
  t.equal(ttlWithin(DEFAULT_BUDGET.ttl, 0x7fff_ffff), 0x7fff_ffff)
})

t.test('after a burst a key gets as many as it earns', async (t) => {
  const clock = new FakeClock()
  const rates = new UpdateRates(clock)
  const budget = { perMinute: 60, burst: 3 }
  const take = (): number => rates.take('a', budget)
  t.same([take(), take(), take()], [0, 0, 0])
  t.equal(take(), 1000, 'the next one is earned in a second')
  clock.milliseconds += 400
  t.equal(take(), 600, 'and asking does not put it off')
  clock.milliseconds += 600
  t.same([take(), take()], [0, 1000])
  clock.milliseconds += 3_600_000
  t.same([take(), take(), take(), take()], [0, 0, 0, 1000], 'quiet saves up one burst')
})

t.test('every key has a count of its own', async (t) => {
  const rates = new UpdateRates(new FakeClock())
  const rate = { perMinute: 1, burst: 1 }
  t.same([rates.take('a', rate), rates.take('b', rate)], [0, 0])
  t.equal(rates.take('a', rate), 60_000)
})
