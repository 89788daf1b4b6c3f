/** The log of a command that runs for long: on stderr, as JSON lines or as lines for people. */
import { pino, type Logger } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { LogStream } from './log-stream.ts'

export const createLog = (isPretty: boolean): Logger => {
  const stderr = new LogStream(2)
  process.once('exit', () => {
    stderr.flush()
  })
  if (isPretty) {
    const lines = prettyFactory({ translateTime: 'SYS:standard' })
    return pino(
      { base: null },
      {
        write: (line) => {
          stderr.write(lines(JSON.parse(line) as object))
        },
      },
    )
  }
  const level = (label: string): object => ({ level: label })
  const timestamp = pino.stdTimeFunctions.isoTime
  return pino({ base: null, timestamp, formatters: { level } }, stderr)
}
