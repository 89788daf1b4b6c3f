/**
 * One way's messages, in their order: what cannot go out now is tried again, later each time, and given
 * up after half a day. There are only so many, and of more the oldest goes. A reload exchanges the way.
 */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Appointment, Scheduler, type Alarm } from '../base/scheduler.ts'
import type { Message } from './alert.ts'
import type { Way } from './way.ts'

/** Messages that wait. */
export const MOST_WAITING = 50
const FIRST_MILLISECONDS = 30_000
const LONGEST_MILLISECONDS = 3_600_000
/** In all about twelve hours. */
const MOST_TRIES = 18

export class Delivery {
  private current: Way
  private readonly clock: Clock
  private readonly log: Log
  private readonly scheduler: Scheduler
  private readonly again = new Appointment(() => void this.work())
  private readonly waiting: Message[] = []
  private tries = 0
  private isAtWork = false
  private isFailing = false

  constructor(way: Way, clock: Clock, log: Log, alarm?: Alarm) {
    this.current = way
    this.clock = clock
    this.log = log
    this.scheduler = new Scheduler(clock, alarm)
  }

  get way(): Way {
    return this.current
  }

  /** What waits goes out by this one, and at once: the other may have been why it waited. */
  exchange(way: Way): void {
    this.current = way
    this.tries = 0
    this.scheduler.cancel(this.again)
    void this.work()
  }

  add(message: Message): void {
    this.waiting.push(message)
    if (this.waiting.length > MOST_WAITING) {
      // The first may be under way; then it is done all the same.
      this.waiting.splice(this.isAtWork ? 1 : 0, 1)
      this.log.warn({ way: this.way.name }, 'an alert is dropped: too many wait to go out')
    }
    if (!this.again.isDue) void this.work()
  }

  /** @param reason why there will be nothing more */
  stop(reason: string): void {
    // What is under way is done all the same.
    const count = this.waiting.length - (this.isAtWork ? 1 : 0)
    if (count > 0) this.log.warn({ way: this.way.name, count, reason }, 'alerts are dropped')
    this.waiting.length = 0
    this.scheduler.cancel(this.again)
  }

  private async work(): Promise<void> {
    if (this.isAtWork) return
    this.isAtWork = true
    for (let [next] = this.waiting; next !== undefined; [next] = this.waiting) {
      const problem = await this.way.send(next).then(() => undefined, wordsOf)
      if (problem !== undefined && this.waiting[0] !== next) {
        // Nothing is sent any more.
        const fields = { way: this.way.name, reason: problem }
        this.log.warn(fields, 'an alert cannot go out, and is dropped')
        break
      }
      const isDone = problem === undefined ? this.succeeded() : this.failed(problem)
      if (!isDone) break
      // It may have been dropped meanwhile.
      if (this.waiting[0] === next) this.waiting.shift()
    }
    this.isAtWork = false
  }

  private succeeded(): true {
    const way = this.way.name
    if (this.isFailing) this.log.info({ way }, 'alerts go out again')
    this.isFailing = false
    this.tries = 0
    return true
  }

  /** @returns whether the message is given up */
  private failed(reason: string): boolean {
    const way = this.way.name
    // Once, however often it is tried.
    if (!this.isFailing) this.log.warn({ way, reason }, 'an alert cannot go out; it is tried again')
    this.isFailing = true
    this.tries++
    if (this.tries >= MOST_TRIES) {
      this.log.warn({ way, reason }, 'an alert is given up')
      this.tries = 0
      return true
    }
    const wait = Math.min(LONGEST_MILLISECONDS, FIRST_MILLISECONDS * 2 ** (this.tries - 1))
    this.scheduler.at(this.again, this.clock.monotonicMilliseconds() + wait)
    return false
  }
}

/** Ways throw errors. */
export const wordsOf = (error: unknown): string => (error as Error).message
