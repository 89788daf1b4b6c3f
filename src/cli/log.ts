/** The log of a command that runs for long: on stderr, as JSON lines or as lines for people. */
import { pino } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { JsonLog } from './json-log.ts'
import { LogStream } from './log-stream.ts'

/** @param level of lines for people: what is less is left out */
export const createLog = (isPretty: boolean, level: 'info' | 'warn' = 'info'): Log => {
  const stderr = new LogStream(2)
  process.once('exit', () => {
    stderr.flush()
  })
  if (isPretty) {
    const lines = prettyFactory({ translateTime: 'SYS:standard' })
    return pino(
      { base: null, level },
      {
        write: (line) => {
          stderr.write(lines(JSON.parse(line) as object))
        },
      },
    )
  }
  return new JsonLog((line) => {
    stderr.write(line)
  }, systemClock)
}
