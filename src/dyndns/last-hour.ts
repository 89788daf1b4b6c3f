/** How often something happened in the last hour, in twelve numbers. */

const SLICES = 12
const SLICE_MILLISECONDS = 5 * 60_000

export class LastHour {
  private readonly counts = Array<number>(SLICES).fill(0)
  /** The slice that is being counted, since 1970. */
  private slice = 0

  /** @param now milliseconds since 1970 */
  add(now: number): void {
    this.turnTo(now)
    const at = this.slice % SLICES
    this.counts[at] = this.countAt(at) + 1
  }

  /** Of 55 to 60 minutes. */
  count(now: number): number {
    this.turnTo(now)
    return this.counts.reduce((sum, count) => sum + count, 0)
  }

  private turnTo(now: number): void {
    const slice = Math.floor(now / SLICE_MILLISECONDS)
    const first = Math.max(this.slice + 1, slice - SLICES + 1)
    for (let one = first; one <= slice; one++) this.counts[one % SLICES] = 0
    this.slice = Math.max(this.slice, slice)
  }

  /** There are as many as slices. */
  private countAt(at: number): number {
    return this.counts[at] as number
  }
}
