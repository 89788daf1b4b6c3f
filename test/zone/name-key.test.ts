/** Names as sort keys: the examples of RFC 4034 §6.1, and the octets that have to be escaped. */
import t from 'tap'
import {
  isKeyAtOrBelow,
  keyAfterSubtree,
  keysDownTo,
  nameKeyOf,
  wildcardKeyBelow,
  type NameKey,
} from '../../src/zone/name-key.ts'
import { named } from '../support/records.ts'

const key = (text: string): NameKey => nameKeyOf(named(text))

t.test('RFC 4034 §6.1 the example of the RFC sorts as the RFC has it', async (t) => {
  const sorted = [
    'example.',
    'a.example.',
    'yljkjljk.a.example.',
    'Z.a.example.',
    'zABC.a.EXAMPLE.',
    'z.example.',
    '\\001.z.example.',
    '*.z.example.',
    '\\200.z.example.',
  ]
  const shuffled = [5, 2, 8, 0, 7, 3, 1, 6, 4].map((i) => sorted[i] ?? '')
  t.same(
    shuffled.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    sorted,
  )
})

t.test('RFC 4034 §6.1 labels compare as octets, a shorter one first', async (t) => {
  const sorted = [
    '',
    '\\000',
    '\\000\\000',
    '\\000\\001',
    '\\001',
    '\\002',
    'a',
    'a\\000',
    'aa',
    '\\255',
  ]
  const keys = sorted.map((label) => (label === '' ? key('x.') : key(`${label}.x.`)))
  t.same([...keys].sort(), keys)
  t.equal(new Set(keys).size, keys.length)
  t.ok(key('\\255.\\255.x.') < key('x\\000.'), 'all that is below comes before the next sibling')
  t.ok(key('.') < key('\\000.'), 'the root is before all')
})

t.test('RFC 4343 §3 keys fold A to Z, and no other octet', async (t) => {
  t.equal(key('AZ.Example.'), key('az.eXAMPLE.'))
  t.not(key('\\064.'), key('\\096.'), '@ and `')
  t.not(key('\\091.'), key('\\123.'), '[ and {')
  t.not(key('\\192.'), key('\\224.'), 'octets above 127')
})

t.test('a dot within a label is no end of one', async (t) => {
  t.not(key('a\\.b.'), key('a.b.'))
  t.not(key('a\\000b.'), key('b.a.'))
})

t.test('keys between a name and an ancestor go from the top down', async (t) => {
  const down = (from: string, to: string): NameKey[] => Array.from(keysDownTo(key(from), key(to)))
  t.same(
    down('a.b.c.example.', 'example.'),
    ['c', 'b.c', 'a.b.c'].map((n) => key(`${n}.example.`)),
  )
  t.same(down('example.', 'example.'), [])
  t.same(down('b.a.', '.'), [key('a.'), key('b.a.')])
  t.same(down('.', '.'), [])
  t.same(down('\\000.\\001.x.', 'x.'), [key('\\001.x.'), key('\\000.\\001.x.')])
})

t.test('a key is at or below another exactly when its name is', async (t) => {
  const cases: [string, string, boolean][] = [
    ['example.', 'example.', true],
    ['www.EXAMPLE.', 'example.', true],
    ['example.', 'www.example.', false],
    ['wwwexample.', 'example.', false],
    ['examples.', 'example.', false],
    ['example\\000.', 'example.', false],
    ['anything.', '.', true],
    ['.', 'example.', false],
  ]
  for (const [name, ancestor, expected] of cases) {
    t.equal(isKeyAtOrBelow(key(name), key(ancestor)), expected, `${name} below ${ancestor}`)
  }
})

t.test('the key after a subtree is after all of it and before every later sibling', async (t) => {
  const after = keyAfterSubtree(key('a.x.'))
  for (const inside of ['a.x.', '\\000.a.x.', '\\255.a.x.', '\\255.\\255.a.x.']) {
    t.ok(key(inside) < after, inside)
  }
  for (const outside of ['a\\000.x.', 'a\\001.x.', 'aa.x.', 'b.x.', 'y.']) {
    t.ok(key(outside) >= after, outside)
  }
  const label = '\\255'.repeat(63)
  t.ok(key(`${label}.${label}.${label}.`) < keyAfterSubtree(key('.')), 'below the root is all')
})

t.test('RFC 4592 §2.1.1 the key of the wildcard below a name', async (t) => {
  t.equal(wildcardKeyBelow(key('example.')), key('*.example.'))
  t.equal(wildcardKeyBelow(key('.')), key('*.'))
  t.equal(wildcardKeyBelow(key('\\000.example.')), key('*.\\000.example.'))
})
