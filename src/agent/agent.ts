/** The agent that runs: rounds at their time, when the network changes, after sleep, and when it is told. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { Appointment, Scheduler, type Alarm } from '../base/scheduler.ts'
import type { Urgency } from './decide.ts'
import type { Memory } from './memory.ts'
import { round, type RoundParts } from './round.ts'

export interface AgentParts extends RoundParts {
  readonly alarm: Alarm
  /** What of the network matters, as a text. */
  readonly picture: () => Promise<string>
  readonly read: () => Memory | undefined
  readonly write: (memory: Memory) => void
}

/** Addresses and routes change several at a time; the last of them counts. */
const SETTLE_MILLISECONDS = 2000
/** A network that is never quiet is looked at so often. */
const BETWEEN_LOOKS_MILLISECONDS = 10_000
const HEARTBEAT_MILLISECONDS = 30_000
/** A heartbeat that is so late was slept through. */
const SLEPT_MILLISECONDS = 30_000
/** Polls are spread by so much to either side, so that machines started together part ways. */
const JITTER = 0.2

export class Agent {
  private readonly parts: AgentParts
  private readonly clock: Clock
  private readonly log: Log
  private readonly scheduler: Scheduler
  private memory: Memory | undefined
  private picture = ''
  private lookedAt = -Infinity
  private beatAt = 0
  private isStopped = false
  /** The round that runs, and whether another has to follow it. */
  private running: Promise<void> | undefined
  private again: Urgency | undefined

  private readonly poll = new Appointment(() => {
    this.check('none')
  })
  private readonly settle = new Appointment(() => {
    void this.compare()
  })
  private readonly heartbeat = new Appointment(() => {
    this.beat()
  })

  constructor(parts: AgentParts) {
    this.parts = parts
    this.clock = parts.clock
    this.log = parts.log
    this.scheduler = new Scheduler(parts.clock, parts.alarm)
  }

  start(): void {
    this.memory = this.parts.read()
    this.beatAt = this.clock.nowMilliseconds()
    this.after(this.heartbeat, HEARTBEAT_MILLISECONDS)
    this.check('all')
  }

  /** Resolves when the round that runs has ended. */
  async stop(): Promise<void> {
    this.isStopped = true
    this.scheduler.stop()
    await this.idle()
  }

  /** Resolves when no round runs. */
  async idle(): Promise<void> {
    while (this.running !== undefined) await this.running
  }

  check(urgency: Urgency): void {
    if (this.isStopped) return
    if (this.running !== undefined) {
      // Whatever waits already is not made less urgent.
      if (this.again !== 'all') this.again = urgency
      return
    }
    this.running = this.oneRound(urgency)
      .catch((error: unknown) => {
        this.log.error({ why: (error as Error).message }, 'a round could not be finished')
      })
      .then(() => {
        this.running = undefined
        const { again } = this
        this.again = undefined
        if (again !== undefined) this.check(again)
        else if (!this.isStopped) this.planNext()
      })
  }

  /** Something about addresses or routes may be other than it was. */
  readonly networkMoved = (): void => {
    if (this.isStopped || this.settle.isDue) return
    const wait = this.lookedAt + BETWEEN_LOOKS_MILLISECONDS - this.clock.monotonicMilliseconds()
    this.after(this.settle, Math.max(SETTLE_MILLISECONDS, wait))
  }

  private async oneRound(urgency: Urgency): Promise<void> {
    const { parts } = this
    // Before the addresses are read: what changes from now on is a change.
    await this.look()
    const { memory } = await round(parts, this.memory, { urgency, isDry: false })
    this.memory = memory
    parts.write(memory)
  }

  private planNext(): void {
    const { parts } = this
    const now = this.clock.nowMilliseconds()
    const interval =
      parts.settings.intervalSeconds * 1000 * (1 - JITTER + 2 * JITTER * parts.random())
    const retries = Object.values(this.memory?.hosts ?? {}).flatMap(({ failure }) =>
      // One whose time has come, and which was not tried, waits for something to change.
      failure === undefined || failure.nextTryAt <= now ? [] : [failure.nextTryAt - now],
    )
    this.after(this.poll, Math.min(interval, ...retries))
  }

  private async compare(): Promise<void> {
    this.lookedAt = this.clock.monotonicMilliseconds()
    if (!(await this.look())) return
    this.log.info({}, 'the network has changed')
    this.check('passing')
  }

  /** @returns whether the network is another one than it was */
  private async look(): Promise<boolean> {
    try {
      const picture = await this.parts.picture()
      const isOther = picture !== this.picture
      this.picture = picture
      return isOther
    } catch (error) {
      this.log.warn({ why: (error as Error).message }, 'cannot look at the network')
      return false
    }
  }

  /** Timers stand still while the machine sleeps; its clock does not. */
  private beat(): void {
    const now = this.clock.nowMilliseconds()
    const late = now - this.beatAt - HEARTBEAT_MILLISECONDS
    this.beatAt = now
    this.after(this.heartbeat, HEARTBEAT_MILLISECONDS)
    if (late < SLEPT_MILLISECONDS) return
    this.log.info({ seconds: Math.round(late / 1000) }, 'the machine slept, or its clock was set')
    this.check('passing')
  }

  private after(appointment: Appointment, milliseconds: number): void {
    this.scheduler.at(appointment, this.clock.monotonicMilliseconds() + milliseconds)
  }
}
