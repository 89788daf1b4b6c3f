/** Messages that go out in order, are tried again, and never pile up. */
import t from 'tap'
import { Delivery, MOST_WAITING } from '../../src/alerts/delivery.ts'
import { alert, FakeWay, message, settled } from '../support/alerts.ts'
import { FakeClock } from '../support/clock.ts'
import { recordingLog } from '../support/log.ts'

class TestDelivery {
  readonly clock = new FakeClock()
  readonly way = new FakeWay()
  readonly lines
  readonly delivery: Delivery
  private ring: () => void = () => undefined

  constructor() {
    const { log, lines } = recordingLog()
    this.lines = lines
    this.delivery = new Delivery(this.way, this.clock, log, (_, ring) => {
      this.ring = ring
      return () => undefined
    })
  }

  add(host: string): void {
    this.delivery.add(message(alert({ host })))
  }

  async advance(seconds: number): Promise<void> {
    this.clock.advanceSeconds(seconds)
    this.ring()
    await settled()
  }

  get sent() {
    return this.way.sent.map(({ alerts }) => alerts[0]?.host)
  }
}

t.test('messages go out one after the other', async (t) => {
  const test = new TestDelivery()
  for (const host of ['a', 'b', 'c']) test.add(host)
  await settled()
  t.strictSame(test.sent, ['a', 'b', 'c'])
  test.add('d')
  await settled()
  t.strictSame(test.sent, ['a', 'b', 'c', 'd'])
  t.strictSame(test.lines, [])
})

t.test('what cannot go out is tried again, later each time, and is logged once', async (t) => {
  const test = new TestDelivery()
  test.way.problem = 'HTTP 500'
  test.add('a')
  await settled()
  test.add('b')
  await settled()
  t.equal(test.way.tries, 1, 'the second waits for the first')
  await test.advance(29)
  t.equal(test.way.tries, 1)
  await test.advance(1)
  t.equal(test.way.tries, 2)
  await test.advance(59)
  t.equal(test.way.tries, 2)
  test.way.problem = undefined
  await test.advance(1)
  t.strictSame(test.sent, ['a', 'b'])
  t.match(test.lines, [
    {
      level: 'warn',
      message: 'an alert cannot go out; it is tried again',
      fields: { reason: 'HTTP 500' },
    },
    { level: 'info', message: 'alerts go out again', fields: { way: 'webhook' } },
  ])
})

t.test('a message is given up after half a day, and the next is tried', async (t) => {
  const test = new TestDelivery()
  test.way.problem = 'no'
  test.add('a')
  test.add('b')
  await settled()
  let hours = 0
  for (; test.way.tries < 18 && hours < 100; hours++) await test.advance(3600)
  t.equal(hours, 17)
  t.equal(test.way.tries, 19, 'the next one was tried at once')
  t.match(
    test.lines.map(({ message }) => message),
    [/tried again/, 'an alert is given up'],
  )
  test.way.problem = undefined
  await test.advance(3600)
  t.strictSame(test.sent, ['b'])
})

t.test('of too many the oldest goes, but not the one that is under way', async (t) => {
  const test = new TestDelivery()
  for (let n = 0; n <= MOST_WAITING; n++) test.add(`${n}`)
  await settled()
  t.equal(test.sent.length, MOST_WAITING)
  t.strictSame(test.sent.slice(0, 2), ['0', '2'])
  t.match(test.lines, [{ message: 'an alert is dropped: too many wait to go out' }])
  test.way.problem = 'no'
  test.add('x')
  await settled()
  for (let n = 0; n < MOST_WAITING; n++) test.add(`n${n}`)
  test.way.problem = undefined
  await test.advance(30)
  t.strictSame(test.sent.slice(-MOST_WAITING).slice(0, 1), ['n0'])
})

t.test('what is stopped sends nothing more', async (t) => {
  const test = new TestDelivery()
  test.way.problem = 'no'
  test.add('a')
  await settled()
  test.delivery.stop('the end')
  test.way.problem = undefined
  await test.advance(3600)
  t.strictSame(test.sent, [])
  const other = new TestDelivery()
  other.add('a')
  other.delivery.stop('the end')
  await settled()
  t.strictSame(other.sent, ['a'], 'but what is under way')
  const fields = { way: 'webhook', count: 1, reason: 'the end' }
  t.match(test.lines.at(-1), { level: 'warn', message: 'alerts are dropped', fields })
  t.strictSame(other.lines, [], 'and of that nothing is said')
  const third = new TestDelivery()
  third.way.problem = 'no'
  third.add('a')
  third.delivery.stop('the end')
  await settled()
  const dropped = { way: 'webhook', reason: 'no' }
  const text = 'an alert cannot go out, and is dropped'
  t.match(third.lines, [{ level: 'warn', message: text, fields: dropped }], 'unless it fails')
  await third.advance(3600)
  t.equal(third.lines.length, 1)
})

t.test('what waits goes out by the way that takes the place of another, at once', async (t) => {
  const test = new TestDelivery()
  test.way.problem = 'HTTP 500'
  test.add('a')
  await settled()
  test.add('b')
  const next = new FakeWay()
  test.delivery.exchange(next)
  await settled()
  t.strictSame(
    next.sent.map(({ alerts }) => alerts[0]?.host),
    ['a', 'b'],
  )
  t.equal(test.delivery.way, next)
  t.match(test.lines.at(-1), { message: 'alerts go out again' })
})
