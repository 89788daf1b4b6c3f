/** Token buckets: what they give, when there is more, and that there are only so many. */
import t from 'tap'
import { Allowances } from '../../src/dyndns/allowances.ts'
import { FakeClock } from '../support/clock.ts'

t.test('a burst, and then so many a minute', async (t) => {
  const clock = new FakeClock()
  const allowances = new Allowances(clock, { burst: 2, perMinute: 4 })
  t.strictSame([allowances.take('a'), allowances.take('a')], [0, 0])
  t.equal(allowances.take('a'), 15_000)
  t.equal(allowances.take('b'), 0, 'another has its own')
  clock.advanceSeconds(14)
  t.equal(allowances.wait('a'), 1000)
  clock.advanceSeconds(1)
  t.strictSame([allowances.take('a'), allowances.wait('a')], [0, 15_000])
  clock.advanceSeconds(3600)
  t.strictSame([allowances.take('a'), allowances.take('a'), allowances.take('a')], [0, 0, 15_000])
})

t.test('the one that was not asked for the longest time goes', async (t) => {
  const allowances = new Allowances(new FakeClock(), { burst: 1, perMinute: 1 }, 2)
  for (const id of ['a', 'b', 'a', 'c']) allowances.take(id)
  t.equal(allowances.wait('a') > 0, true)
  t.equal(allowances.wait('b'), 0, 'forgotten')
})
