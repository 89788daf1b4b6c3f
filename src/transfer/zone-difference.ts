/**
 * What differs between two versions of a zone, found by reading both in canonical order side by
 * side: a whole zone that came anew becomes one change of the one that was there.
 */
import { setImmediate } from 'node:timers/promises'
import { recordsOnlyIn } from '../zone/changeset.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import type { Node } from '../zone/node.ts'

/** The nodes as they are to be; undefined where one is to be gone. */
export type NodeChanges = ReadonlyMap<NameKey, Node | undefined>

/** Nodes that are read before others have their turn: a few milliseconds. */
const NODES_A_TURN = 1000

/**
 * @param most how many nodes may differ
 * @returns undefined when more do
 */
export const differenceBetween = async (
  before: Iterable<Node>,
  after: Iterable<Node>,
  most: number,
): Promise<NodeChanges | undefined> => {
  const changes = new Map<NameKey, Node | undefined>()
  let read = 0
  for (const [key, old, now] of sideBySide(before, after)) {
    if (++read % NODES_A_TURN === 0) await setImmediate()
    if (isSame(old, now)) continue
    if (changes.size === most) return undefined
    changes.set(key, now)
  }
  return changes
}

const isSame = (a: Node | undefined, b: Node | undefined): boolean =>
  recordsOnlyIn(a, b).length === 0 && recordsOnlyIn(b, a).length === 0

type Pair = readonly [key: NameKey, before: Node | undefined, after: Node | undefined]

/** All names of both, each once. */
function* sideBySide(before: Iterable<Node>, after: Iterable<Node>): Generator<Pair> {
  const olds = cursor(before)
  const news = cursor(after)
  try {
    for (;;) {
      const [old, now] = [olds.current(), news.current()]
      if (old === undefined && now === undefined) return
      const isOld = now === undefined || (old !== undefined && old.key <= now.key)
      const isNew = old === undefined || (now !== undefined && now.key <= old.key)
      // One of them is there, and the lesser key is of one that is.
      const { key } = (isOld ? old : now) as Keyed
      yield [key, isOld ? old?.node : undefined, isNew ? now?.node : undefined]
      if (isOld) olds.advance()
      if (isNew) news.advance()
    }
  } finally {
    olds.end()
    news.end()
  }
}

interface Keyed {
  readonly key: NameKey
  readonly node: Node
}

interface Cursor {
  current(): Keyed | undefined
  advance(): void
  /** Lets go of what is read from. */
  end(): void
}

const cursor = (nodes: Iterable<Node>): Cursor => {
  const iterator = nodes[Symbol.iterator]()
  let current: Keyed | undefined
  const advance = (): void => {
    const next = iterator.next()
    current =
      next.done === true ? undefined : { key: nameKeyOf(next.value.owner), node: next.value }
  }
  advance()
  return { current: () => current, advance, end: () => iterator.return?.() }
}
