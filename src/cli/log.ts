/** The log of a command that runs for long: on stderr, as JSON lines or as lines for people. */
import { systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { JsonLog } from './json-log.ts'
import { LogStream } from './log-stream.ts'

/** @param level of lines for people: what is less is left out */
export const createLog = async (
  isPretty: boolean,
  level: 'info' | 'warn' = 'info',
): Promise<Log> => {
  const stderr = new LogStream(2)
  process.once('exit', () => {
    stderr.flush()
  })
  if (isPretty) {
    // Half of what a service would have to load for its log.
    const [{ pino }, { prettyFactory }] = await Promise.all([import('pino'), import('pino-pretty')])
    const lines = prettyFactory({ translateTime: 'SYS:standard' })
    const log: Log = pino(
      { base: null, level },
      {
        write: (line) => {
          stderr.write(lines(JSON.parse(line) as object))
        },
      },
    )
    return log
  }
  return new JsonLog((line) => {
    stderr.write(line)
  }, systemClock)
}
