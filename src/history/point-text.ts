/** Points in a zone's history as an operator writes them: a serial, a time, or how long ago. */
import { secondsFromText } from '../text/number-text.ts'
import { serialOf, type Serial } from '../zone/serial.ts'

export type Point =
  | { readonly kind: 'serial'; readonly serial: Serial }
  /** Milliseconds since 1970. */
  | { readonly kind: 'time'; readonly milliseconds: number }

const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/i

/**
 * A date and time as ISO 8601 has it, in UTC unless it says otherwise, or how long ago, such as `2h` or
 * `1d12h`.
 * @returns milliseconds since 1970; undefined when it is neither
 */
export const timeFromText = (text: string, nowMilliseconds: number): number | undefined => {
  const [, date, time = '00:00', zone = 'Z'] = DATE.exec(text) ?? []
  if (date !== undefined) {
    const milliseconds = Date.parse(`${date}T${time}${zone.toUpperCase()}`)
    return Number.isNaN(milliseconds) ? undefined : milliseconds
  }
  // A number alone is a serial, and no time.
  const seconds = /^\d*$/.test(text) ? undefined : secondsFromText(text)
  return seconds === undefined ? undefined : nowMilliseconds - seconds * 1000
}

/** @returns undefined when it is none */
export const serialFromText = (text: string): Serial | undefined =>
  /^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff ? serialOf(Number(text)) : undefined

/** A serial, or a time. */
export const pointFromText = (text: string, nowMilliseconds: number): Point | undefined => {
  const serial = serialFromText(text)
  if (serial !== undefined) return { kind: 'serial', serial }
  const milliseconds = timeFromText(text, nowMilliseconds)
  return milliseconds === undefined ? undefined : { kind: 'time', milliseconds }
}

/** `2026-11-25T20:15:03.042Z`: to the millisecond, so that it names the change that is meant. */
export const timeToText = (milliseconds: number): string => new Date(milliseconds).toISOString()
