/**
 * A name as a sort key: its labels in lower case, the root's side first, each ended by an octet 0.
 * Comparing keys is the canonical order of names (RFC 4034 §6.1), equal keys are equal names, and
 * all that is below a name begins with its key. Octets 0 and 1 inside a label are escaped by an
 * octet 1, which keeps both the order and the mapping one to one.
 *
 * A key is a string of octets (one UTF-16 unit each, U+0000 to U+00FF): such strings compare as
 * their octets do, and serve as `Map` keys as they are.
 */
import { octetAt } from '../base/bytes.ts'
import { foldOctet, type Name } from '../wire/name.ts'

declare const nameKey: unique symbol
export type NameKey = string & { readonly [nameKey]: true }

const END = '\x00'

/** For a string that is put together from keys here. */
const asKey = (text: string): NameKey => text as NameKey

/** 255 octets of a name, each escaped. */
const scratch = Buffer.alloc(2 * 255)

/** The last name and its key: each step of an UPDATE asks for that of the same name. */
let lastName: Name | undefined
let lastKey = '' as NameKey

export const nameKeyOf = (name: Name): NameKey => {
  if (name !== lastName) {
    lastKey = newKeyOf(name)
    lastName = name
  }
  return lastKey
}

const newKeyOf = (name: Name): NameKey => {
  const starts: number[] = []
  for (let at = 0; name[at] !== 0; at += octetAt(name, at) + 1) starts.push(at)
  let length = 0
  for (let start = starts.pop(); start !== undefined; start = starts.pop()) {
    const end = start + 1 + octetAt(name, start)
    for (let i = start + 1; i < end; i++) {
      const octet = foldOctet(octetAt(name, i))
      if (octet <= 1) scratch[length++] = 1
      scratch[length++] = octet <= 1 ? octet + 1 : octet
    }
    scratch[length++] = 0
  }
  return asKey(scratch.toString('latin1', 0, length))
}

/** Whether the name of `key` is the name of `ancestor` or below it. */
export const isKeyAtOrBelow = (key: NameKey, ancestor: NameKey): boolean => key.startsWith(ancestor)

/** The first key that is after everything at or below `key`. */
export const keyAfterSubtree = (key: NameKey): NameKey =>
  // No label is longer than 63 octets, so nothing below the root sorts after 64 of the last octet.
  asKey(key === '' ? '\xff'.repeat(64) : `${key.slice(0, -1)}\x01`)

/**
 * The keys of the names between `ancestor` and `key`, from the top down: first the one label below
 * `ancestor`, last `key` itself.
 */
export const keysDownTo = function* (key: NameKey, ancestor: NameKey): Generator<NameKey> {
  let end = key.indexOf(END, ancestor.length)
  while (end !== -1) {
    yield asKey(key.slice(0, end + 1))
    end = key.indexOf(END, end + 1)
  }
}

/** The key of `*.name` (RFC 4592 §2.1.1). */
export const wildcardKeyBelow = (key: NameKey): NameKey => asKey(`${key}*${END}`)
