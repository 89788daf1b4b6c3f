/** Two versions of a zone side by side: the nodes that differ, and how many at most. */
import t from 'tap'
import { MemoryStore } from '../../src/store/memory.ts'
import { differenceBetween } from '../../src/transfer/zone-difference.ts'
import type { ZoneRecord } from '../../src/zone/changeset.ts'
import type { Node } from '../../src/zone/node.ts'
import { FakeClock } from '../support/clock.ts'
import { a, nodeLines, publish } from '../support/records.ts'

const nodesOf = (...records: ZoneRecord[]): Node[] => [
  ...publish(new MemoryStore(new FakeClock()), 'x.', records).nodes(),
]

const many = (count: number, last: string): ZoneRecord[] =>
  Array.from({ length: count }, (_, n) => a(`n${n}.x.`, last))

const shown = async (before: Node[], after: Node[], most = 100): Promise<string[] | undefined> => {
  const changes = await differenceBetween(before, after, most)
  return changes && [...changes].map(([key, node]) => `${key}: ${nodeLines(node).join()}`)
}

t.test('what came, what went and what is another', async (t) => {
  const before = nodesOf(a('a.x.', '192.0.2.1'), a('b.x.', '192.0.2.2'), a('d.x.', '192.0.2.4'))
  const after = nodesOf(a('a.x.', '192.0.2.1'), a('b.x.', '192.0.2.9'), a('c.x.', '192.0.2.3'))
  const changes = await shown(before, after)
  t.strictSame(
    changes?.map((line) => line.replace(/^.*: /, '')),
    ['b.x. 3600 1 c0000209', 'c.x. 3600 1 c0000203', ''],
  )
  t.match(changes?.[2], /d.*: $/)
})

t.test('equal zones have none, however long they are', async (t) => {
  const nodes = nodesOf(...many(2500, '192.0.2.1'))
  t.strictSame(await shown(nodes, nodes), [])
  t.strictSame(await shown([], []), [])
})

t.test('more than so many are none at all, and what is read is let go', async (t) => {
  let ended = 0
  const reading = function* (nodes: Node[]): Generator<Node> {
    try {
      yield* nodes
    } finally {
      ended++
    }
  }
  const before = reading(nodesOf(...many(20, '192.0.2.1')))
  const after = reading(nodesOf(...many(20, '192.0.2.2')))
  t.equal(await differenceBetween(before, after, 19), undefined)
  t.equal(ended, 2)
  const [one, other] = [nodesOf(...many(20, '192.0.2.1')), nodesOf(...many(20, '192.0.2.2'))]
  t.equal((await differenceBetween(one, other, 20))?.size, 20)
})
