/** Numbers as text: plain ones, durations, and points in time. */
import { fail, shown, type Token } from './tokens.ts'

export const MAX_U32 = 0xffff_ffff

/** RFC 2181 §8: a TTL has 31 bits. */
export const MAX_TTL = 0x7fff_ffff

/**
 * A plain decimal number.
 * @throws TextError
 */
export const numberFromWord = (token: Token, max: number): number => {
  const value = /^\d+$/.test(token.text) ? Number(token.text) : Infinity
  return value > max ? fail(`${shown(token.text)} is no number from 0 to ${max}`, token) : value
}

const UNIT_SECONDS = new Map([
  ['w', 604_800],
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
])

const DURATION = /^(?:\d+[wdhms])+$/i
const PLAIN = /^\d+$/

/** Seconds, plain or with units as in `1h30m`; undefined when it is neither. */
export const secondsFromText = (text: string): number | undefined => {
  if (PLAIN.test(text)) return Number(text)
  if (!DURATION.test(text)) return undefined
  let seconds = 0
  for (const [, digits, unit] of text.toLowerCase().matchAll(/(\d+)(.)/g)) {
    // The expression above lets no other unit pass.
    seconds += Number(digits) * (UNIT_SECONDS.get(unit as string) as number)
  }
  return seconds
}

/**
 * Seconds, plain or with units as in `1h30m`.
 * @throws TextError
 */
export const secondsFromWord = (token: Token, max: number): number => {
  const { text } = token
  const seconds =
    secondsFromText(text) ??
    fail(`${shown(text)} is no time; write seconds, or units as in 1h30m`, token)
  return seconds > max ? fail(`${shown(text)} is more than ${max} seconds`, token) : seconds
}

/** YYYYMMDDHHmmSS in UTC (RFC 4034 §3.2). */
const dateText = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace(/\D/g, '').slice(0, 14)

/** A date from 1970 to 2106, though serial arithmetic may mean another century. */
export const timeToText = (seconds: number): string => dateText(seconds * 1000)

/**
 * Fourteen digits are a date, fewer are seconds since 1970 (RFC 4034 §3.2).
 * @throws TextError
 */
export const timeFromWord = (token: Token): number => {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(token.text)
  if (parts === null) return numberFromWord(token, MAX_U32)
  const [, year, month, day, hour, minute, second] = parts
  const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  // A day that the month does not have comes back as another one.
  return Number.isNaN(milliseconds) || dateText(milliseconds) !== token.text
    ? fail(`${shown(token.text)} is no date as YYYYMMDDHHmmSS`, token)
    : // RFC 4034 §3.1.5: the 32 bits wrap around.
      (milliseconds / 1000) >>> 0
}
