/** Numbers that only grow, by name: what happened how often since the start. */

/** One of them, for who counts so often that looking it up each time would show. */
export interface Counter {
  count: number
}

export class Counters {
  private readonly counters = new Map<string, Counter>()

  counter(name: string): Counter {
    let counter = this.counters.get(name)
    if (counter === undefined) {
      counter = { count: 0 }
      this.counters.set(name, counter)
    }
    return counter
  }

  add(name: string, count = 1): void {
    this.counter(name).count += count
  }

  /** All that are not zero, which they are then: for who counts on behalf of others. */
  take(): Record<string, number> {
    const taken = this.all()
    for (const name of Object.keys(taken)) this.counter(name).count = 0
    return taken
  }

  of(name: string): number {
    return this.counters.get(name)?.count ?? 0
  }

  /** All that are not zero, in the order of their names. */
  all(): Record<string, number> {
    return Object.fromEntries(
      [...this.counters]
        .filter(([, { count }]) => count > 0)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { count }]) => [name, count]),
    )
  }
}
