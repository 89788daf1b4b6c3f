/** Addresses as text, both ways: IPv4, IPv6 and EUI. */
import { toHex, u16At } from '../base/bytes.ts'
import { u32Octets } from './integers.ts'

export const ipv4ToText = (octets: Uint8Array): string => octets.join('.')

const ZERO = 0x30
const NINE = 0x39
const DOT = 0x2e

/**
 * Four decimal numbers, without leading zeros since some read those as octal.
 * @returns the address as a 32-bit number, undefined when the text is none
 */
export const ipv4FromText = (text: string): number | undefined => {
  let address = 0
  let dots = 0
  let digits = 0
  let value = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === DOT) {
      if (digits === 0 || ++dots > 3) return undefined
      address = address * 0x100 + value
      digits = value = 0
    } else {
      if (code < ZERO || code > NINE || (digits > 0 && value === 0)) return undefined
      value = value * 10 + code - ZERO
      digits++
      if (value > 255) return undefined
    }
  }
  return dots === 3 && digits > 0 ? address * 0x100 + value : undefined
}

/** @returns undefined when the text is no IPv4 address */
export const ipv4OctetsFromText = (text: string): Uint8Array | undefined => {
  const address = ipv4FromText(text)
  return address === undefined ? undefined : u32Octets(address)
}

/** Where the longest run of two or more zero groups is, the first of several (RFC 5952 §4.2). */
const longestZeroRun = (groups: readonly number[]): { start: number; end: number } => {
  let best = { start: 0, end: 0 }
  for (let start = 0; start < groups.length; start++) {
    let end = start
    while (groups[end] === 0) end++
    if (end - start >= 2 && end - start > best.end - best.start) best = { start, end }
  }
  return best
}

const isIpv4Mapped = (groups: readonly number[]): boolean =>
  groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff

/** RFC 5952. */
export const ipv6ToText = (octets: Uint8Array): string => {
  const groups = Array.from({ length: 8 }, (_, index) => u16At(octets, index * 2))
  // RFC 5952 §5
  if (isIpv4Mapped(groups)) return `::ffff:${ipv4ToText(octets.subarray(12))}`
  const { start, end } = longestZeroRun(groups)
  const hex = groups.map((group) => group.toString(16))
  return end === 0 ? hex.join(':') : `${hex.slice(0, start).join(':')}::${hex.slice(end).join(':')}`
}

/** The last 32 bits may be written as IPv4 (RFC 4291 §2.2.3): turns them into two groups. */
const withoutDots = (text: string): string => {
  const tailAt = text.lastIndexOf(':') + 1
  const tail = ipv4FromText(text.slice(tailAt))
  return tail === undefined || tailAt === 0
    ? text
    : `${text.slice(0, tailAt)}${(tail >>> 16).toString(16)}:${(tail & 0xffff).toString(16)}`
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'))

/** @returns sixteen octets, undefined when the text is no address (RFC 4291 §2.2) */
export const ipv6FromText = (text: string): Uint8Array | undefined => {
  const [head = '', tail, ...more] = withoutDots(text).split('::')
  if (more.length > 0) return undefined
  const first = groupsOf(head)
  const last = groupsOf(tail ?? '')
  const missing = 8 - first.length - last.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...first, ...Array.from({ length: missing }, () => '0'), ...last]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

/** RFC 7043 §3.2, §4.2. */
export const euiToText = (octets: Uint8Array): string =>
  Array.from(octets, (_, index) => toHex(octets.subarray(index, index + 1))).join('-')

/** @returns undefined when the text is not so many octets (RFC 7043 §3.2, §4.2) */
export const euiFromText = (text: string, length: 6 | 8): Uint8Array | undefined => {
  const pairs = text.split('-')
  return pairs.length === length && pairs.every((pair) => /^[0-9a-f]{2}$/i.test(pair))
    ? Buffer.from(pairs.join(''), 'hex')
    : undefined
}
