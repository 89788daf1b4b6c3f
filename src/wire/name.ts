/**
 * Domain names as wire octets (RFC 1035 §3.1): length-prefixed labels, the root label last,
 * uncompressed, spelled as they came. Text is no business of this room.
 */
import { copyBytes, octetAt } from '../base/bytes.ts'

declare const name: unique symbol
/** A whole domain name: 1 to 255 octets, labels of 1 to 63 octets, the root label last. */
export type Name = Uint8Array & { readonly [name]: true }

/** RFC 1035 §2.3.4. */
export const MAX_NAME_LENGTH = 255
/** RFC 1035 §2.3.4. */
export const MAX_LABEL_LENGTH = 63

const POINTER = 0xc0

/**
 * No name has more labels, so whoever compresses well needs no more pointers. Without this limit
 * a message could make every one of its names a walk over thousands of pointers.
 */
const MAX_POINTERS = 127

/** For octets that the caller has just put together or checked. */
const asName = (octets: Uint8Array): Name => octets as Name

export const rootName: Name = asName(Uint8Array.of(0))

/** ASCII upper case folds onto lower case, every other octet stays (RFC 4343 §3). */
export const foldOctet = (octet: number): number =>
  octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet

/** Where the name that starts at `offset` ends in the packet, or -1 when it runs out of it. */
export const endOfName = (packet: Uint8Array, offset: number): number => {
  let at = offset
  for (;;) {
    const length = packet[at]
    if (length === undefined) return -1
    if (length === 0) return at + 1
    if ((length & POINTER) === POINTER) return at + 2 <= packet.length ? at + 2 : -1
    if (length > MAX_LABEL_LENGTH) return -1
    at += length + 1
  }
}

const scratch = Buffer.alloc(MAX_NAME_LENGTH)

/**
 * The name at `offset`, its compression pointers followed (RFC 1035 §4.1.4) unless they are
 * forbidden. Every pointer must lead to before the labels it ends, which bounds the walk.
 * @returns undefined when the octets are no name
 */
export const nameAt = (
  packet: Uint8Array,
  offset: number,
  pointers: 'follow' | 'forbid' = 'follow',
): Name | undefined => {
  let at = offset
  let start = offset
  let followed = 0
  let written = 0
  for (;;) {
    const length = packet[at]
    if (length === undefined) return undefined
    if ((length & POINTER) === POINTER) {
      const low = packet[at + 1]
      if (low === undefined || pointers === 'forbid') return undefined
      const target = ((length & 0x3f) << 8) | low
      if (target >= start || ++followed > MAX_POINTERS) return undefined
      start = target
      at = target
      continue
    }
    if (length > MAX_LABEL_LENGTH) return undefined
    const next = at + length + 1
    if (next > packet.length || written + length + 1 > MAX_NAME_LENGTH) return undefined
    while (at < next) scratch[written++] = octetAt(packet, at++)
    if (length === 0) return asName(copyBytes(scratch.subarray(0, written)))
  }
}

/**
 * A name from its labels, the leftmost first and without the root.
 * @returns undefined when a label or the whole is too long, or a label is empty
 */
export const nameFromLabels = (labels: readonly Uint8Array[]): Name | undefined => {
  const octets: number[] = []
  for (const label of labels) {
    if (label.length === 0 || label.length > MAX_LABEL_LENGTH) return undefined
    octets.push(label.length, ...label)
    if (octets.length >= MAX_NAME_LENGTH) return undefined
  }
  octets.push(0)
  return asName(Buffer.from(octets))
}

/** The labels, the leftmost first and without the root; views of the name's memory. */
export const labelsOf = (name: Name): Uint8Array[] => {
  const labels: Uint8Array[] = []
  let at = 0
  for (let length = octetAt(name, at); length > 0; length = octetAt(name, at)) {
    labels.push(name.subarray(at + 1, at + 1 + length))
    at += length + 1
  }
  return labels
}

/** How many labels the name has, the root not counted (RFC 4034 §3.1.3). */
export const labelCount = (name: Name): number => {
  let count = 0
  for (let at = 0; name[at] !== 0; at += octetAt(name, at) + 1) count++
  return count
}

/** The name without its leftmost label; the root is its own parent. */
export const parentOf = (name: Name): Name =>
  name.length === 1 ? name : asName(name.subarray(octetAt(name, 0) + 1))

/** The name's rightmost `count` labels (and the root). */
export const suffixOf = (name: Name, count: number): Name => {
  let suffix = name
  for (let drop = labelCount(name) - count; drop > 0; drop--) suffix = parentOf(suffix)
  return suffix
}

/** `prefix` without its root, then `suffix`; undefined when that is longer than a name may be. */
export const joinNames = (prefix: Uint8Array, suffix: Name): Name | undefined =>
  prefix.length + suffix.length > MAX_NAME_LENGTH
    ? undefined
    : asName(Buffer.concat([prefix, suffix]))

const wildcardLabel = Uint8Array.of(1, 0x2a)

/** `*.name` (RFC 4592 §2.1.1); undefined when that is longer than a name may be. */
export const wildcardBelow = (name: Name): Name | undefined => joinNames(wildcardLabel, name)

/** Equal as the DNS compares names: octet by octet, ASCII case aside (RFC 4343). */
export const nameEquals = (a: Name, b: Name): boolean => {
  if (a.length !== b.length) return false
  // Length octets are at most 63 and so below 'A': folding leaves them alone.
  for (let i = 0; i < a.length; i++) {
    const x = octetAt(a, i)
    const y = octetAt(b, i)
    if (x !== y && foldOctet(x) !== foldOctet(y)) return false
  }
  return true
}

/** Whether `name` is `ancestor` or below it. */
export const isAtOrBelow = (name: Name, ancestor: Name): boolean => {
  let at = 0
  while (name.length - at > ancestor.length) at += octetAt(name, at) + 1
  return name.length - at === ancestor.length && nameEquals(asName(name.subarray(at)), ancestor)
}

/** The name in lower case (RFC 4034 §6.2). */
export const lowerCaseName = (name: Name): Name => {
  const lower = copyBytes(name)
  for (let i = 0; i < lower.length; i++) lower[i] = foldOctet(octetAt(lower, i))
  return asName(lower)
}

/** A `Map` key under which names that the DNS holds equal are equal. */
export const foldedName = (name: Name): string => {
  // Without a copy: this is asked for several times in a request.
  for (let i = 0; i < name.length; i++) scratch[i] = foldOctet(octetAt(name, i))
  return scratch.toString('latin1', 0, name.length)
}

/** A copy that does not keep the packet it came from alive. */
export const copyName = (name: Name): Name => asName(copyBytes(name))
