/** A zone's records page by page, in canonical order: a page ends at a name, and is of one version. */
import type { Reach } from '../access/web-identity.ts'
import { nameToText } from '../text/name-text.ts'
import { rdataToText } from '../text/rdata-text.ts'
import { rrTypeName, type RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { isKeyAtOrBelow, nameKeyOf, type NameKey } from '../zone/name-key.ts'
import type { Node } from '../zone/node.ts'
import type { ZoneView } from '../zone/zone.ts'

export interface ShownRrset {
  readonly name: string
  readonly type: string
  readonly ttl: number
  /** RDATA in presentation format. */
  readonly records: readonly string[]
}

export interface RecordPage {
  readonly rrsets: readonly ShownRrset[]
  /** The last name of the page; null where nothing is behind it. */
  readonly next: string | null
}

export interface PageWish {
  readonly type: RrType | undefined
  readonly after: Name | undefined
  /** RRsets; a name is not divided, so there may be some more. */
  readonly limit: number
}

/** Names that are looked at for one page. */
const MOST_LOOKED_AT = 10_000

/** Characters of RDATA after which a page ends. */
const MOST_CHARACTERS = 1024 * 1024

/** @param reach what is shown of the zone, in any order */
export const pageOf = (
  view: ZoneView,
  reach: readonly Reach[],
  { type, after, limit }: PageWish,
): RecordPage => {
  const rrsets: ShownRrset[] = []
  let [looked, characters] = [0, 0]
  let last: Name | undefined
  for (const node of nodesIn(view, reach, after && nameKeyOf(after))) {
    const isFull =
      rrsets.length >= limit || looked >= MOST_LOOKED_AT || characters >= MOST_CHARACTERS
    if (last !== undefined && isFull) return { rrsets, next: nameToText(last) }
    looked++
    last = node.owner
    for (const rrset of shownRrsets(node, type)) {
      rrsets.push(rrset)
      for (const text of rrset.records) characters += text.length
    }
  }
  return { rrsets, next: null }
}

const shownRrsets = ({ owner, rrsets }: Node, wanted: RrType | undefined): ShownRrset[] =>
  rrsets
    .filter(({ type }) => wanted === undefined || type === wanted)
    .sort((a, b) => a.type - b.type)
    .map(({ type, ttl, rdatas }) => ({
      name: nameToText(owner),
      type: rrTypeName(type),
      ttl,
      records: rdatas.map((rdata) => rdataToText(type, rdata)),
    }))

interface Range {
  readonly key: NameKey
  readonly below: boolean
}

function* nodesIn(
  view: ZoneView,
  reach: readonly Reach[],
  after: NameKey | undefined,
): Generator<Node> {
  const isNext = (key: NameKey): boolean => after === undefined || key > after
  for (const { key, below } of rangesOf(reach)) {
    if (!below) {
      const node = isNext(key) ? view.get(key) : undefined
      if (node !== undefined) yield node
      continue
    }
    const from = after !== undefined && after > key ? after : key
    for (const node of view.nodes(from)) {
      const found = nameKeyOf(node.owner)
      if (!isKeyAtOrBelow(found, key)) break
      if (isNext(found)) yield node
    }
  }
}

/** In order of their names, the larger first, and none of them inside of another. */
const rangesOf = (reach: readonly Reach[]): readonly Range[] => {
  const all = reach.map(({ name, below }) => ({ key: nameKeyOf(name), below }))
  all.sort((a, b) => (a.key === b.key ? Number(b.below) - Number(a.below) : a.key < b.key ? -1 : 1))
  const ranges: Range[] = []
  for (const range of all) {
    const last = ranges.at(-1)
    const isInside =
      last !== undefined &&
      (range.key === last.key || (last.below && isKeyAtOrBelow(range.key, last.key)))
    if (!isInside) ranges.push(range)
  }
  return ranges
}
