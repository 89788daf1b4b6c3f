/** Doing things at their time, however many they are, with one timer. */
import type { Clock } from './clock.ts'

/** Rings once after so many milliseconds, unless what it gives is called before. */
export type Alarm = (milliseconds: number, ring: () => void) => () => void

export const systemAlarm: Alarm = (milliseconds, ring) => {
  const timer = setTimeout(ring, milliseconds)
  timer.unref()
  return () => {
    clearTimeout(timer)
  }
}

/** As long as a timer of Node can be set for; what is due later rings in vain now and then. */
const LONGEST_MILLISECONDS = 0x7fff_ffff

/** Something that can be due, at one time at most. */
export class Appointment {
  readonly task: () => void
  /** By the monotonic clock. */
  dueMilliseconds = 0
  /** Where it stands in its scheduler; -1 when it is not due. */
  place = -1

  /** @param task must not throw */
  constructor(task: () => void) {
    this.task = task
  }

  get isDue(): boolean {
    return this.place >= 0
  }
}

export class Scheduler {
  private readonly clock: Clock
  private readonly alarm: Alarm
  /** A binary heap: none is due before the one at half its place. */
  private readonly heap: Appointment[] = []
  private silence: () => void = () => undefined
  private alarmMilliseconds = Infinity

  constructor(clock: Clock, alarm: Alarm = systemAlarm) {
    this.clock = clock
    this.alarm = alarm
  }

  /** @param dueMilliseconds by the monotonic clock; takes the place of the time that was set before */
  at(appointment: Appointment, dueMilliseconds: number): void {
    this.cancel(appointment)
    appointment.dueMilliseconds = dueMilliseconds
    appointment.place = this.heap.length
    this.heap.push(appointment)
    this.rise(appointment)
    this.wind()
  }

  cancel(appointment: Appointment): void {
    const { place } = appointment
    if (place < 0) return
    appointment.place = -1
    const last = this.heap.pop()
    if (last === undefined || last === appointment) return
    this.put(last, place)
    this.rise(last)
    this.sink(last)
  }

  /** Does what is due by now, the earliest first; what is set meanwhile may have to wait for a next time. */
  runDue(): void {
    this.silence()
    // Nothing is wound up before all is done.
    this.alarmMilliseconds = -Infinity
    const now = this.clock.monotonicMilliseconds()
    for (let left = this.heap.length; left > 0; left--) {
      const [first] = this.heap
      if (first === undefined || first.dueMilliseconds > now) break
      this.cancel(first)
      first.task()
    }
    this.alarmMilliseconds = Infinity
    this.wind()
  }

  /** Forgets everything. */
  stop(): void {
    for (const appointment of this.heap.splice(0)) appointment.place = -1
    this.silence()
    this.alarmMilliseconds = Infinity
  }

  private wind(): void {
    const due = this.heap[0]?.dueMilliseconds ?? Infinity
    if (due >= this.alarmMilliseconds) return
    this.silence()
    this.alarmMilliseconds = due
    const wait = Math.max(Math.ceil(due - this.clock.monotonicMilliseconds()), 0)
    this.silence = this.alarm(Math.min(wait, LONGEST_MILLISECONDS), () => {
      this.runDue()
    })
  }

  private put(appointment: Appointment, place: number): void {
    this.heap[place] = appointment
    appointment.place = place
  }

  private rise(appointment: Appointment): void {
    for (;;) {
      const { place } = appointment
      const above = this.heap[(place - 1) >> 1]
      if (above === undefined || above.dueMilliseconds <= appointment.dueMilliseconds) return
      this.put(appointment, above.place)
      this.put(above, place)
    }
  }

  private sink(appointment: Appointment): void {
    for (;;) {
      const { place } = appointment
      const below = this.earlier(this.heap[place * 2 + 1], this.heap[place * 2 + 2])
      if (below === undefined || below.dueMilliseconds >= appointment.dueMilliseconds) return
      this.put(appointment, below.place)
      this.put(below, place)
    }
  }

  private earlier(a: Appointment | undefined, b: Appointment | undefined): Appointment | undefined {
    return a === undefined || b === undefined || a.dueMilliseconds <= b.dueMilliseconds ? a : b
  }
}
