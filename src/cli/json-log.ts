/**
 * Log lines as JSON, put together by hand: the line of an UPDATE cost more than its decision when pino
 * made it (bench/micro/updates.ts). They are the same lines: level, time, the fields, and `msg`.
 */
import { inspect } from 'node:util'
import { pino } from 'pino'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'

type Fields = Readonly<Record<string, unknown>>

/** What JSON does not take as it is (RFC 8259 §7), and halves of surrogates, which are no text. */
const NOT_PLAIN = /[\u0000-\u001f"\\\ud800-\udfff]/

export class JsonLog implements Log {
  private readonly write: (line: string) => void
  private readonly clock: Pick<Clock, 'nowMilliseconds'>
  private lastMillisecond = NaN
  private lastTime = ''

  constructor(write: (line: string) => void, clock: Pick<Clock, 'nowMilliseconds'>) {
    this.write = write
    this.clock = clock
  }

  info(fields: Fields, message: string): void {
    this.line('info', fields, message)
  }

  warn(fields: Fields, message: string): void {
    this.line('warn', fields, message)
  }

  error(fields: Fields, message: string): void {
    this.line('error', fields, message)
  }

  private line(level: string, fields: Fields, message: string): void {
    let line = `{"level":"${level}","time":"${this.time()}"`
    for (const key in fields) {
      const text = jsonOf(fields[key])
      if (text !== undefined) line += `,${quoted(key)}:${text}`
    }
    this.write(`${line},"msg":${quoted(message)}}\n`)
  }

  /** Lines of one millisecond have the same text. */
  private time(): string {
    const now = this.clock.nowMilliseconds()
    if (now !== this.lastMillisecond) {
      this.lastMillisecond = now
      this.lastTime = new Date(now).toISOString()
    }
    return this.lastTime
  }
}

const quoted = (text: string): string => (NOT_PLAIN.test(text) ? JSON.stringify(text) : `"${text}"`)

/** Undefined for what is not there. */
const jsonOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number' && Number.isFinite(value)) return `${value}`
  try {
    if (value instanceof Error) return JSON.stringify(pino.stdSerializers.err(value))
    if (Array.isArray(value)) return `[${value.map((item) => jsonOf(item) ?? 'null').join(',')}]`
    return JSON.stringify(value)
  } catch {
    // A BigInt, or an object within itself, as an error of a library may hold: a log never throws.
    return quoted(inspect(value))
  }
}
