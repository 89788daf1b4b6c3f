/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/base/clock.ts'

export class FakeClock implements Clock {
  milliseconds: number

  constructor(seconds = 1_700_000_000) {
    this.milliseconds = seconds * 1000
  }

  nowSeconds(): number {
    return Math.floor(this.milliseconds / 1000)
  }

  nowMilliseconds(): number {
    return this.milliseconds
  }

  monotonicMilliseconds(): number {
    return this.milliseconds
  }

  advanceSeconds(seconds: number): void {
    this.milliseconds += seconds * 1000
  }
}
