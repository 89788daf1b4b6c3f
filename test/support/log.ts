/** A log that keeps what it is given. */
import type { Log } from '../../src/base/log.ts'

export interface LogLine {
  readonly level: keyof Log
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

export const recordingLog = (): { readonly log: Log; readonly lines: LogLine[] } => {
  const lines: LogLine[] = []
  const line =
    (level: keyof Log): Log['info'] =>
    (fields, message) => {
      lines.push({ level, fields, message })
    }
  return { lines, log: { info: line('info'), warn: line('warn'), error: line('error') } }
}
