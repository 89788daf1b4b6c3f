/** What a server does by the clock, for nobody asked for it. */

const MINUTE_MILLISECONDS = 60_000
const DAY_MILLISECONDS = 24 * 60 * MINUTE_MILLISECONDS

/** Does the one every minute and when it is ended, the other every day; @returns how to end it. */
export const regularly = (everyMinute: () => void, everyDay: () => void): (() => void) => {
  const timers = [
    setInterval(everyMinute, MINUTE_MILLISECONDS),
    setInterval(everyDay, DAY_MILLISECONDS),
  ]
  for (const timer of timers) timer.unref()
  return () => {
    timers.forEach(clearInterval)
    everyMinute()
  }
}
