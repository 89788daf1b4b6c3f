/**
 * How much of a turn of the event loop all TCP connections together take: however much is asked over them, datagrams,
 * commits and timers come to their turn.
 */
import { systemClock, type Clock } from '../base/clock.ts'

const TURN_MILLISECONDS = 5

/** Messages that a connection has answered when others are waiting. */
const SHARE = 32

export class TcpTurns {
  private readonly clock: Clock
  /** By the monotonic clock; undefined while there is nothing to do. */
  private ends: number | undefined
  private waiting: (() => void)[] = []

  constructor(clock: Clock = systemClock) {
    this.clock = clock
  }

  /** @param answered messages of whoever asks, since it was its turn */
  isOver(answered: number): boolean {
    const now = this.clock.monotonicMilliseconds()
    this.ends ??= this.begin(now)
    return now >= this.ends || (answered >= SHARE && this.waiting.length > 0)
  }

  /** Goes on in a later turn, after those who wait already. */
  wait(goOn: () => void): void {
    this.ends ??= this.begin(this.clock.monotonicMilliseconds())
    this.waiting.push(goOn)
  }

  private begin(now: number): number {
    setImmediate(() => {
      this.next()
    })
    return now + TURN_MILLISECONDS
  }

  private next(): void {
    this.ends = undefined
    // Whoever has had its turn and wants more is behind those who have not.
    for (let left = this.waiting.length; left > 0 && !this.isOver(0); left--)
      this.waiting.shift()?.()
  }
}
