/** Numbers that only grow, by name: what happened how often since the start. */

export class Counters {
  private readonly counts = new Map<string, number>()

  add(name: string): void {
    this.counts.set(name, this.of(name) + 1)
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0
  }

  /** All that are not zero, in the order of their names. */
  all(): Record<string, number> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
