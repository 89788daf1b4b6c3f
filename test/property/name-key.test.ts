/** Properties of name keys, held against a comparison of names label by label. */
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { labelsOf, nameFromLabels, type Name } from '../../src/wire/name.ts'
import {
  isKeyAtOrBelow,
  keyAfterSubtree,
  keysDownTo,
  nameKeyOf,
  type NameKey,
} from '../../src/zone/name-key.ts'

const holds = <T>(t: Test, property: fc.IProperty<T>): void => {
  t.doesNotThrow(() => {
    fc.assert(property, { numRuns: 500 })
  })
}

/** Octets at which an order or an escape could go wrong come often, any other now and then. */
const octet = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 0x41, 0x61, 0x5a, 0x7a, 0x2a, 0x2e, 255) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
)

const label = fc
  .array(octet, { minLength: 1, maxLength: 63, size: 'small' })
  .map((octets) => Uint8Array.from(octets))

const fromLabels = (labels: readonly Uint8Array[]): Name => {
  const name = nameFromLabels(labels)
  if (name === undefined) throw new Error('the labels are no name')
  return name
}

const labels = (maxLength: number): fc.Arbitrary<Uint8Array[]> =>
  fc.array(label, { maxLength, size: 'small' })

const isName = (candidate: readonly Uint8Array[]): boolean =>
  nameFromLabels(candidate) !== undefined

const anyName = labels(8).filter(isName).map(fromLabels)

/** Two names that share an ancestor often enough for the order of labels to be decided late. */
const namePair = fc
  .tuple(labels(3), labels(3), labels(3))
  .map(([left, right, shared]) => [
    [...left, ...shared],
    [...right, ...shared],
  ])
  .filter((pair) => pair.every(isName))
  .map((pair) => pair.map(fromLabels) as [Name, Name])

const folded = (octets: Uint8Array): number[] =>
  Array.from(octets, (value) => (value >= 65 && value <= 90 ? value + 32 : value))

/** RFC 4034 §6.1: as octets, the absence of one before any, upper case as lower case. */
const compareLabels = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? -1) - (b[i] ?? -1)
    if (difference !== 0) return Math.sign(difference)
  }
  return 0
}

/** RFC 4034 §6.1: by the rightmost label, then the one to its left, a name before those below. */
const compareNames = (a: Name, b: Name): number => {
  const left = labelsOf(a).map(folded).reverse()
  const right = labelsOf(b).map(folded).reverse()
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, y] = [left[i], right[i]]
    if (x === undefined) return -1
    if (y === undefined) return 1
    const order = compareLabels(x, y)
    if (order !== 0) return order
  }
  return 0
}

const compareKeys = (a: NameKey, b: NameKey): number => (a < b ? -1 : a > b ? 1 : 0)

/** Whether `name` is `ancestor` or ends in all of its labels. */
const isUnder = (name: Name, ancestor: Name): boolean => {
  const tail = labelsOf(ancestor)
  const all = labelsOf(name)
  const end = all.slice(Math.max(0, all.length - tail.length))
  return all.length >= tail.length && compareNames(fromLabels(end), ancestor) === 0
}

t.test('RFC 4034 §6.1 keys compare as the names do in canonical order', async (t) => {
  holds(
    t,
    fc.property(
      namePair,
      ([a, b]) => compareKeys(nameKeyOf(a), nameKeyOf(b)) === compareNames(a, b),
    ),
  )
})

t.test('keys compare as strings, as octets, and in the order of a sort alike', async (t) => {
  holds(
    t,
    fc.property(namePair, ([a, b]) => {
      const [x, y] = [nameKeyOf(a), nameKeyOf(b)]
      const octets = Buffer.compare(Buffer.from(x, 'latin1'), Buffer.from(y, 'latin1'))
      return octets === compareKeys(x, y) && Buffer.from(x, 'latin1').toString('latin1') === x
    }),
  )
})

t.test('RFC 4343 §3 keys are equal exactly when the names are', async (t) => {
  const upper = (name: Name): Name =>
    fromLabels(
      labelsOf(name).map((octets) =>
        octets.map((value) => (value >= 97 && value <= 122 ? value - 32 : value)),
      ),
    )
  holds(
    t,
    fc.property(namePair, ([a, b]) => {
      const equal = nameKeyOf(a) === nameKeyOf(b)
      return nameKeyOf(upper(a)) === nameKeyOf(a) && equal === (compareNames(a, b) === 0)
    }),
  )
})

t.test('keysDownTo gives every name between, from the top down', async (t) => {
  const below = fc
    .tuple(labels(4), labels(3))
    .filter(([lower, upper]) => isName([...lower, ...upper]))
  holds(
    t,
    fc.property(below, ([lower, upper]) => {
      const expected = lower.map((_, drop) =>
        nameKeyOf(fromLabels([...lower.slice(drop), ...upper])),
      )
      const ancestor = nameKeyOf(fromLabels(upper))
      const found = Array.from(keysDownTo(nameKeyOf(fromLabels([...lower, ...upper])), ancestor))
      return found.join('|') === expected.reverse().join('|')
    }),
  )
})

t.test('from a key up to keyAfterSubtree is the subtree, all of it and nothing else', async (t) => {
  holds(
    t,
    fc.property(namePair, anyName, ([a, b], c) => {
      for (const [name, ancestor] of [
        [a, b],
        [b, a],
        [a, c],
        [c, a],
        [a, a],
      ] as const) {
        const [key, from] = [nameKeyOf(name), nameKeyOf(ancestor)]
        const isInRange = key >= from && key < keyAfterSubtree(from)
        if (isInRange !== isUnder(name, ancestor)) return false
        if (isKeyAtOrBelow(key, from) !== isUnder(name, ancestor)) return false
      }
      return true
    }),
  )
})

t.test('the subtree of an ancestor holds whatever labels are put below it', async (t) => {
  holds(
    t,
    fc.property(labels(4), labels(4), (lower, upper) => {
      fc.pre(isName([...lower, ...upper]))
      const key = nameKeyOf(fromLabels([...lower, ...upper]))
      const from = nameKeyOf(fromLabels(upper))
      return key >= from && key < keyAfterSubtree(from)
    }),
  )
})
