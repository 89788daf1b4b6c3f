/**
 * So many NOTIFY messages under way to one address, those of other zones behind them in a line: a
 * server that is down does not hold up what is for others, and one that is up is not flooded.
 */

/** Unanswered messages to one address. */
const MOST_UNDER_WAY = 64

export class Lane {
  private underWay = 0
  private readonly waiting = new Set<() => void>()

  /** Calls at once, or when it is its turn. It takes a place, to be given back by `leave`. */
  enter(start: () => void): void {
    if (this.underWay >= MOST_UNDER_WAY) {
      this.waiting.add(start)
      return
    }
    this.underWay++
    start()
  }

  leave(): void {
    const [next] = this.waiting
    if (next === undefined) {
      this.underWay--
      return
    }
    this.waiting.delete(next)
    next()
  }

  /** For one that waits no more. */
  giveUp(start: () => void): void {
    this.waiting.delete(start)
  }
}

export class Lanes {
  private readonly byAddress = new Map<string, Lane>()

  for(address: string): Lane {
    const lane = this.byAddress.get(address) ?? new Lane()
    this.byAddress.set(address, lane)
    return lane
  }
}
