/** Locations as text, both ways (RFC 1876 §3). Angles are thousandths of a second of arc. */
import type { Reader } from '../wire/reader.ts'
import { u32Octets } from './integers.ts'
import type { TokenCursor } from './token-cursor.ts'
import { fail, shown } from './tokens.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DEGREE = 60 * MINUTE

/** The equator and the prime meridian. */
const ANGLE_ORIGIN = 0x8000_0000

/** Centimetres that altitude 0 lies below the WGS 84 spheroid. */
const ALTITUDE_ORIGIN = 10_000_000

const hundredths = (value: number): string => (value / 100).toFixed(2)

/** RFC 1876 §2: the upper four bits times ten to the power of the lower, in centimetres. */
const sizeToText = (size: number): string | undefined => {
  const mantissa = size >> 4
  const exponent = size & 0xf
  // Digits above 9 are undefined, and a zero has one spelling that reads back.
  if (mantissa > 9 || exponent > 9 || (mantissa === 0 && exponent > 0)) return undefined
  return `${hundredths(mantissa * 10 ** exponent)}m`
}

const angleToText = (value: number, most: number, letters: string): string | undefined => {
  const angle = Math.abs(value - ANGLE_ORIGIN)
  if (angle > most * DEGREE) return undefined
  const degrees = Math.floor(angle / DEGREE)
  const minutes = Math.floor((angle % DEGREE) / MINUTE)
  const seconds = ((angle % MINUTE) / SECOND).toFixed(3)
  return `${degrees} ${minutes} ${seconds} ${letters.charAt(value < ANGLE_ORIGIN ? 1 : 0)}`
}

/** @returns undefined when a size or an angle is undefined by the RFC */
export const locationToText = (reader: Reader): string | undefined => {
  reader.skip(1)
  const sizes = [sizeToText(reader.u8()), sizeToText(reader.u8()), sizeToText(reader.u8())]
  const latitude = angleToText(reader.u32(), 90, 'NS')
  const longitude = angleToText(reader.u32(), 180, 'EW')
  const altitude = `${hundredths(reader.u32() - ALTITUDE_ORIGIN)}m`
  const parts = [latitude, longitude, altitude, ...sizes]
  return parts.includes(undefined) ? undefined : parts.join(' ')
}

/** Degrees, minutes if any, seconds if any, and the letter of the hemisphere. */
const angleFromText = (input: TokenCursor, most: number, letters: string, what: string): number => {
  const first = input.position
  let angle = 0
  for (const unit of [DEGREE, MINUTE, SECOND]) {
    const token = input.word(what)
    const pattern = unit === SECOND ? /^\d{1,2}(\.\d{1,3})?$/ : /^\d{1,3}$/
    const value = pattern.test(token.text) ? Number(token.text) : Infinity
    if (value >= (unit === DEGREE ? most + 1 : 60)) {
      fail(`${shown(token.text)} is no part of a ${what} such as 42 21 54.5 ${letters[0]}`, token)
    }
    angle += Math.round(value * unit)
    const letter = letters.indexOf(input.upcoming?.text.toUpperCase() ?? '-')
    if (letter >= 0) {
      input.word(what)
      if (angle > most * DEGREE) fail(`this ${what} is more than ${most} degrees`, first)
      return ANGLE_ORIGIN + (letter === 0 ? angle : -angle)
    }
  }
  return fail(`a ${what} ends in ${letters[0]} or ${letters[1]}`, input.position)
}

const METRES = /^(-?)(\d{1,8})(?:\.(\d{1,2}))?m?$/i

/** Centimetres. */
const centimetresFromText = (input: TokenCursor, least: number, most: number): number => {
  const token = input.word('the altitude')
  const [, sign = '', whole = '', part = ''] = METRES.exec(token.text) ?? []
  const size = Number(whole) * 100 + Number(part.padEnd(2, '0'))
  const value = sign === '-' ? -size : size
  return whole === '' || value < least || value > most
    ? fail(
        `${shown(token.text)} is no length from ${hundredths(least)}m to ${hundredths(most)}m`,
        token,
      )
    : value
}

/** Rounds down to one digit and an exponent, as the RFC's own code does (RFC 1876 appendix A). */
const sizeOctet = (centimetres: number): number => {
  const digits = String(centimetres)
  return centimetres === 0 ? 0 : (Number(digits.charAt(0)) << 4) | (digits.length - 1)
}

/** In centimetres: a metre wide, 10 km horizontal and 10 m vertical precision (RFC 1876 §3). */
const DEFAULT_SIZES = [100, 1_000_000, 1_000]

const MAX_SIZE = 9_000_000_000

/** @throws TextError */
export const locationFromText = (input: TokenCursor): Uint8Array => {
  const latitude = angleFromText(input, 90, 'NS', 'latitude')
  const longitude = angleFromText(input, 180, 'EW', 'longitude')
  const most = 0xffff_ffff - ALTITUDE_ORIGIN
  const altitude = centimetresFromText(input, -ALTITUDE_ORIGIN, most)
  const sizes = DEFAULT_SIZES.map((size) =>
    sizeOctet(input.more ? centimetresFromText(input, 0, MAX_SIZE) : size),
  )
  return Buffer.concat([
    Uint8Array.of(0, ...sizes),
    u32Octets(latitude),
    u32Octets(longitude),
    u32Octets(altitude + ALTITUDE_ORIGIN),
  ])
}
