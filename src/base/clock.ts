/** Time as a value that is handed in, so that tests set it instead of waiting for it. */

export interface Clock {
  /** Seconds since 1970-01-01T00:00:00Z, whole. */
  nowSeconds(): number
  /** Milliseconds since 1970-01-01T00:00:00Z, whole. */
  nowMilliseconds(): number
  /** Milliseconds from an arbitrary start, which is the same for all threads; never goes backwards. */
  monotonicMilliseconds(): number
}

/** `performance.now` counts from the start of its thread. */
const THREAD_START = Number(process.hrtime.bigint()) / 1e6 - performance.now()

export const systemClock: Clock = {
  nowSeconds: () => Math.floor(Date.now() / 1000),
  nowMilliseconds: () => Date.now(),
  monotonicMilliseconds: () => THREAD_START + performance.now(),
}

/**
 * A point in time as operators read and write it, such as `2027-01-01T00:00:00Z` (RFC 3339).
 * @param milliseconds since 1970
 */
export const isoTime = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/\.\d+/, '')
