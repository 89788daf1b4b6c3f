/** How TCP connections share the turns of the event loop, and leave the rest of them to others. */
import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { TcpTurns } from '../../src/transport/tcp-turns.ts'
import { FakeClock } from '../support/clock.ts'

t.test('a turn is over after five milliseconds, whoever asks', async (t) => {
  const clock = new FakeClock()
  const turns = new TcpTurns(clock)
  t.notOk(turns.isOver(0))
  clock.milliseconds += 4
  t.notOk(turns.isOver(10_000), 'nobody else waits')
  clock.milliseconds += 1
  t.ok(turns.isOver(0))
  await setImmediate()
  t.notOk(turns.isOver(0), 'that was the turn before')
})

t.test('when others wait, one has so many messages', async (t) => {
  const turns = new TcpTurns(new FakeClock())
  let wasIts = false
  turns.wait(() => (wasIts = true))
  t.notOk(turns.isOver(31))
  t.ok(turns.isOver(32))
  t.notOk(wasIts, 'not in the turn in which it began to wait')
  await setImmediate()
  t.ok(wasIts)
  t.notOk(turns.isOver(32))
})

t.test('of those who wait, none has more than its share before the others', async (t) => {
  const turns = new TcpTurns(new FakeClock())
  const seen: boolean[] = []
  const waiter = (): void => {
    seen.push(turns.isOver(31), turns.isOver(32))
  }
  turns.wait(waiter)
  turns.wait(waiter)
  await setImmediate()
  t.strictSame(seen, [false, true, false, false], 'the last has the rest')
})

t.test('who had a turn and wants more is behind those who had none', async (t) => {
  const clock = new FakeClock()
  const turns = new TcpTurns(clock)
  const order: string[] = []
  const waiter = (name: string) => (): void => {
    order.push(name)
    clock.milliseconds += 3
    if (order.length < 7) turns.wait(waiter(name))
  }
  for (const name of ['a', 'b', 'c']) turns.wait(waiter(name))
  for (let turn = 1; turn <= 5; turn++) {
    await setImmediate()
    order.push('|')
  }
  t.equal(order.join(''), 'ab|ca|bc|a||')
})
