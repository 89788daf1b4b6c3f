/** Counting by name. */
import t from 'tap'
import { Counters } from '../../src/base/counters.ts'

t.test('what happened is counted, and only that is told, by name', async (t) => {
  const counters = new Counters()
  counters.counter('never')
  counters.add('second')
  const first = counters.counter('first')
  first.count++
  counters.add('first')
  t.strictSame(Object.entries(counters.all()), [
    ['first', 2],
    ['second', 1],
  ])
  t.equal(counters.of('first'), 2)
  t.equal(counters.of('never'), 0)
  t.equal(counters.of('unheard of'), 0)
})

t.test('what is taken is counted from zero again, also by who holds its counter', async (t) => {
  const counters = new Counters()
  const held = counters.counter('held')
  held.count++
  counters.add('several', 3)
  t.strictSame(counters.take(), { held: 1, several: 3 })
  t.strictSame(counters.take(), {})
  held.count++
  t.strictSame(counters.take(), { held: 1 })
})
