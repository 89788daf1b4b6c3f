/** Many appointments, one timer: each is kept at its time and in order. */
import t from 'tap'
import { Appointment, Scheduler } from '../../src/base/scheduler.ts'
import { systemClock } from '../../src/base/clock.ts'
import { FakeClock } from '../support/clock.ts'

/** A scheduler whose alarm is a number: after how many milliseconds it would ring. */
class Desk {
  readonly clock = new FakeClock(0)
  readonly done: string[] = []
  waits: number | undefined
  ring: () => void = () => undefined
  readonly scheduler = new Scheduler(this.clock, (milliseconds, ring) => {
    this.waits = milliseconds
    this.ring = ring
    return () => {
      this.waits = undefined
    }
  })

  appointment(name: string): Appointment {
    return new Appointment(() => this.done.push(name))
  }

  /** Lets so much time pass, and the alarm ring if it is time. */
  pass(milliseconds: number): string[] {
    this.clock.milliseconds += milliseconds
    if (this.waits !== undefined && this.waits <= milliseconds) this.ring()
    return this.done.splice(0)
  }
}

t.test('things are done when they are due, the earliest first', async (t) => {
  const desk = new Desk()
  desk.scheduler.at(desk.appointment('c'), 30)
  desk.scheduler.at(desk.appointment('a'), 10)
  desk.scheduler.at(desk.appointment('b'), 20)
  t.equal(desk.waits, 10)
  t.strictSame(desk.pass(9), [])
  t.strictSame(desk.pass(10), ['a'])
  t.equal(desk.waits, 1, 'the next is due at 20, and it is 19')
  t.strictSame(desk.pass(11), ['b', 'c'])
  t.equal(desk.waits, undefined, 'nothing is left')
})

t.test('an appointment has one time: the one that was set last', async (t) => {
  const desk = new Desk()
  const moved = desk.appointment('moved')
  desk.scheduler.at(moved, 10)
  desk.scheduler.at(moved, 50)
  t.ok(moved.isDue)
  t.strictSame(desk.pass(40), [])
  t.strictSame(desk.pass(10), ['moved'])
  t.notOk(moved.isDue)
})

t.test(
  'what is called off is not done, also by another that is due at the same time',
  async (t) => {
    const desk = new Desk()
    const off = desk.appointment('off')
    desk.scheduler.at(
      new Appointment(() => {
        desk.scheduler.cancel(off)
      }),
      10,
    )
    desk.scheduler.at(off, 10)
    desk.scheduler.at(desk.appointment('kept'), 10)
    t.strictSame(desk.pass(10), ['kept'])
    desk.scheduler.cancel(off)
  },
)

t.test('what sets itself anew for now does not keep the others from their turn', async (t) => {
  const desk = new Desk()
  const again = new Appointment(() => {
    desk.done.push('again')
    desk.scheduler.at(again, desk.clock.milliseconds)
  })
  desk.scheduler.at(again, 0)
  t.strictSame(desk.pass(0), ['again'])
  desk.scheduler.at(desk.appointment('other'), 1)
  t.strictSame(desk.pass(1).sort(), ['again', 'other'])
})

t.test('what is due already is done by the next ring', async (t) => {
  const desk = new Desk()
  desk.clock.milliseconds = 100
  desk.scheduler.at(desk.appointment('late'), 10)
  t.equal(desk.waits, 0)
  t.strictSame(desk.pass(0), ['late'])
})

t.test('what is further off than a timer can be set for is waited for in steps', async (t) => {
  const desk = new Desk()
  desk.scheduler.at(desk.appointment('far'), 2 ** 31 + 10)
  t.equal(desk.waits, 2 ** 31 - 1)
  t.strictSame(desk.pass(2 ** 31 - 1), [])
  t.equal(desk.waits, 11)
  t.strictSame(desk.pass(11), ['far'])
})

t.test('when it is stopped nothing is due any more', async (t) => {
  const desk = new Desk()
  const dropped = desk.appointment('dropped')
  desk.scheduler.at(dropped, 10)
  desk.scheduler.stop()
  t.equal(desk.waits, undefined)
  t.notOk(dropped.isDue)
})

t.test('a thousand in any order, moved and called off, are done in order', async (t) => {
  const desk = new Desk()
  let state = 12345
  const random = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state % below
  }
  const times = new Map<string, number>()
  const all = Array.from({ length: 1000 }, (_, index) => desk.appointment(`${index}`))
  for (let i = 0; i < 5000; i++) {
    const index = random(all.length)
    const appointment = all[index]
    if (appointment === undefined) throw new Error('no such appointment')
    if (random(4) === 0) {
      desk.scheduler.cancel(appointment)
      times.delete(`${index}`)
    } else {
      const due = random(10_000)
      desk.scheduler.at(appointment, due)
      times.set(`${index}`, due)
    }
  }
  const done = desk.pass(10_000)
  t.strictSame([...done].sort(), [...times.keys()].sort())
  const order = done.map((name) => times.get(name) ?? -1)
  t.strictSame(
    order,
    [...order].sort((a, b) => a - b),
  )
})

t.test('with the clock and the timers of the system', async (t) => {
  const scheduler = new Scheduler(systemClock)
  const never = new Appointment(() => t.fail('it was called off'))
  scheduler.at(never, systemClock.monotonicMilliseconds() + 5)
  scheduler.cancel(never)
  // An alarm does not keep a process alive by itself.
  const alive = setInterval(() => undefined, 1000)
  await new Promise<void>((resolve) => {
    scheduler.at(new Appointment(resolve), systemClock.monotonicMilliseconds() + 1)
  })
  clearInterval(alive)
  scheduler.stop()
})
