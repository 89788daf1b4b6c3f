/** The difference between two states of a node. */
import t from 'tap'
import { recordsOnlyIn } from '../../src/zone/changeset.ts'
import type { Node } from '../../src/zone/node.ts'
import { a, lineOf, nodeOf, ns, txt } from '../support/records.ts'

const only = (before: Node | undefined, after: Node | undefined): string[] =>
  recordsOnlyIn(before, after).map(lineOf)

const ONE = a('w.x.', '192.0.2.1')
const TWO = a('w.x.', '192.0.2.2')
const TEXT = txt('w.x.', 'hi', 60)

t.test('a node that comes or goes is all of its records', async (t) => {
  const node = nodeOf(ONE, TWO, TEXT)
  t.same(only(node, undefined), [ONE, TWO, TEXT].map(lineOf))
  t.same(only(undefined, node), [])
  t.same(only(undefined, undefined), [])
  t.same(only(node, nodeOf(TEXT, TWO, ONE)), [], 'order is no difference')
})

t.test('a record that only one of them has is the difference', async (t) => {
  t.same(only(nodeOf(ONE, TWO, TEXT), nodeOf(TWO)), [ONE, TEXT].map(lineOf))
  t.same(only(nodeOf(TWO), nodeOf(ONE, TWO, TEXT)), [])
})

t.test('RFC 1995 §2 a record whose TTL changed went and came again', async (t) => {
  const before = nodeOf(ONE, TWO, TEXT)
  const after = nodeOf({ ...ONE, ttl: 60 }, { ...TWO, ttl: 60 }, TEXT)
  t.same(only(before, after), ['w.x. 3600 1 c0000201', 'w.x. 3600 1 c0000202'])
  t.same(only(after, before), ['w.x. 60 1 c0000201', 'w.x. 60 1 c0000202'])
})

t.test('a record that is spelled in another case went and came again', async (t) => {
  const [before, after] = [ns('w.x.', 'ns.example.'), ns('w.x.', 'NS.example.')]
  t.same(only(nodeOf(before), nodeOf(after)), [lineOf(before)])
  t.same(only(nodeOf(after), nodeOf(before)), [lineOf(after)])
})

t.test('the difference of sets of any size is found, and only that', async (t) => {
  for (const size of [1, 2, 15, 16, 17, 18, 300]) {
    const all = Array.from({ length: size }, (_, i) => a('w.x.', `10.0.${i >> 8}.${i & 255}`))
    const [first = ONE, ...rest] = all
    const most = nodeOf(TWO, ...rest)
    t.same(only(nodeOf(first, ...rest), most), [lineOf(first)], `${size} records before`)
    t.same(only(most, nodeOf(first, ...rest)), [lineOf(TWO)], `${size} records after`)
    t.same(only(most, most), [])
  }
})
