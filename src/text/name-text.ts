/** Domain names as text, both ways (RFC 1035 §5.1). */
import { octetAt } from '../base/bytes.ts'
import { joinNames, MAX_LABEL_LENGTH, MAX_NAME_LENGTH, nameAt, rootName } from '../wire/name.ts'
import type { Name } from '../wire/name.ts'
import { decimalEscape, escapedOctet } from './escape.ts'

export type NameText =
  | { readonly ok: true; readonly name: Name }
  | { readonly ok: false; readonly why: string }

/** What means something in a master file and so is escaped in a label. */
const SPECIAL = new Set(Array.from('.\\"();@$', (character) => character.charCodeAt(0)))

const octetToText = (octet: number): string => {
  if (SPECIAL.has(octet)) return `\\${String.fromCharCode(octet)}`
  return octet > 0x20 && octet < 0x7f ? String.fromCharCode(octet) : decimalEscape(octet)
}

/** Absolute, with the dot at its end; reads back as the same octets. */
export const nameToText = (name: Name): string => {
  if (name.length === 1) return '.'
  let text = ''
  for (let at = 0, end = octetAt(name, 0) + 1; end > at + 1;) {
    while (++at < end) text += octetToText(octetAt(name, at))
    text += '.'
    end = at + octetAt(name, at) + 1
  }
  return text
}

const DOT = 0x2e
const BACKSLASH = 0x5c

const scratch = Buffer.alloc(MAX_NAME_LENGTH)

/** The labels of a text, with the root when it ends in a dot, are in `scratch` up to `length`. */
type Labels =
  | { readonly ok: true; readonly length: number; readonly absolute: boolean }
  | { readonly ok: false; readonly why: string }

const tooLong: Labels & NameText = {
  ok: false,
  why: `the name is longer than ${MAX_NAME_LENGTH} octets`,
}

/** Writes the labels of `text` into `scratch`, as they are on the wire. */
const readLabels = (text: string): Labels => {
  let labelAt = 0
  let length = 1
  for (let at = 0; at < text.length; at++) {
    let octet = text.charCodeAt(at)
    if (octet === DOT) {
      const labelLength = length - labelAt - 1
      if (labelLength === 0) return { ok: false, why: 'the name has an empty label' }
      if (labelLength > MAX_LABEL_LENGTH) return labelTooLong(labelLength)
      scratch[labelAt] = labelLength
      labelAt = length++
      continue
    }
    if (octet === BACKSLASH) {
      const escape = escapedOctet(text, at)
      if (!escape.ok) return escape
      octet = escape.octet
      at = escape.end - 1
    } else if (octet <= 0x20 || octet >= 0x7f) {
      return notAscii(octet)
    }
    if (length >= MAX_NAME_LENGTH) return tooLong
    scratch[length++] = octet
  }
  const labelLength = length - labelAt - 1
  if (labelLength > MAX_LABEL_LENGTH) return labelTooLong(labelLength)
  if (length > MAX_NAME_LENGTH) return tooLong
  scratch[labelAt] = labelLength
  return { ok: true, length, absolute: labelLength === 0 }
}

const labelTooLong = (length: number): Labels => ({
  ok: false,
  why: `a label of the name has ${length} octets, and ${MAX_LABEL_LENGTH} is the most`,
})

const notAscii = (code: number): Labels => ({
  ok: false,
  why:
    code <= 0x7f
      ? 'the name has a blank or control character; write it as \\DDD, its decimal value'
      : 'the name has a character outside ASCII; write the A-label (xn--...), or \\DDD for an octet',
})

/**
 * Reads a name: `@` is the origin, and a name that does not end in a dot is below it.
 * @param origin without one, a name that does not end in a dot is absolute all the same
 */
export const nameFromText = (text: string, origin?: Name): NameText => {
  if (text === '.') return { ok: true, name: rootName }
  if (text === '@') {
    return origin === undefined
      ? { ok: false, why: "'@' stands for the origin, and there is none here" }
      : { ok: true, name: origin }
  }
  if (text === '') return { ok: false, why: 'the name is empty' }
  const labels = readLabels(text)
  if (!labels.ok) return labels
  const octets = scratch.subarray(0, labels.length)
  const name = labels.absolute ? nameAt(octets, 0) : joinNames(octets, origin ?? rootName)
  return name === undefined ? tooLong : { ok: true, name }
}
