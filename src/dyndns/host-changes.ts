/** What a wish comes to for a node as it is: changes as an UPDATE would bring them (RFC 2136 §2.5). */
import { equalBytes } from '../base/bytes.ts'
import type { Change } from '../update/sections.ts'
import { RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import { findRrset, type Node } from '../zone/node.ts'
import { sameRdatas } from '../zone/rrset.ts'
import { withPrefix, type Prefix, type Wish } from './wishes.ts'

export type TextWish =
  | { readonly kind: 'delete' }
  /** It takes the place of what is there. */
  | { readonly kind: 'replace'; readonly text: string }
  /** It stands beside what is there: a challenge of a name and one of its wildcard. */
  | { readonly kind: 'add'; readonly text: string }

export interface HostWish {
  readonly name: Name
  readonly v4: Wish
  readonly v6: Wish
  readonly text?: TextWish | undefined
}

/** Values that are kept beside each other where a client only ever adds. */
const MOST_TEXTS = 2

/** Of one RRset. */
export type HostChange = Extract<Change, { kind: 'add' | 'delete-rrset' }>

/** @returns none when the node is as it was wished for */
export const changesFor = (
  node: Node | undefined,
  { name, v4, v6, text }: HostWish,
  ttl: number,
): HostChange[] => {
  const wanted: readonly (readonly [RrType, readonly Uint8Array[] | undefined])[] = [
    [RrType.A, addressesFor(node, RrType.A, v4)],
    [RrType.AAAA, addressesFor(node, RrType.AAAA, v6)],
    [RrType.TXT, text && textsFor(node, text)],
  ]
  return wanted.flatMap(([type, rdatas]) => {
    const present = findRrset(node, type)
    if (rdatas === undefined || sameRdatas(type, present?.rdatas ?? [], rdatas)) return []
    const gone: HostChange[] =
      present === undefined ? [] : [{ kind: 'delete-rrset', owner: name, type }]
    const come = rdatas.map((rdata): HostChange => ({ kind: 'add', owner: name, type, ttl, rdata }))
    return [...gone, ...come]
  })
}

/** The whole set as it shall be; undefined where nothing is to change. */
const addressesFor = (
  node: Node | undefined,
  type: RrType,
  wish: Wish,
): readonly Uint8Array[] | undefined => {
  switch (wish.kind) {
    case 'keep':
      return undefined
    case 'delete':
      return []
    case 'set':
      return wish.addresses.map(({ octets }) => octets)
    case 'move':
      return moved(findRrset(node, type)?.rdatas ?? [], wish.prefix)
  }
}

/** Those that a new prefix makes equal are one. */
const moved = (present: readonly Uint8Array[], prefix: Prefix): readonly Uint8Array[] => {
  const addresses: Uint8Array[] = []
  for (const one of present) {
    const address = withPrefix(prefix, one)
    if (!addresses.some((other) => equalBytes(other, address))) addresses.push(address)
  }
  return addresses
}

const textsFor = (node: Node | undefined, wish: TextWish): readonly Uint8Array[] => {
  if (wish.kind === 'delete') return []
  const rdata = textRdata(wish.text)
  if (wish.kind === 'replace') return [rdata]
  const present = findRrset(node, RrType.TXT)?.rdatas ?? []
  if (present.some((one) => equalBytes(one, rdata))) return present
  return [...present, rdata].slice(-MOST_TEXTS)
}

/** As many character-strings as it needs (RFC 1035 §3.3.14). */
const textRdata = (text: string): Uint8Array => {
  const octets = Buffer.from(text, 'utf8')
  const pieces: Uint8Array[] = []
  for (let at = 0; at < octets.length; at += 255) {
    const piece = octets.subarray(at, at + 255)
    pieces.push(Uint8Array.of(piece.length), piece)
  }
  return Buffer.concat(pieces)
}
