/** A node: everything at one owner name. Never changed; a change makes a new one. */
import { octetAt, u16At } from '../base/bytes.ts'
import { RrType, rrTypeOf } from '../wire/codes.ts'
import { rootName, type Name } from '../wire/name.ts'
import type { Rrset } from './rrset.ts'

export interface Node {
  /** Spelled as the first record was spelled. */
  readonly owner: Name
  /** At least one, no two of a type. */
  readonly rrsets: readonly Rrset[]
}

export const findRrset = (node: Node | undefined, type: RrType): Rrset | undefined =>
  node?.rrsets.find((rrset) => rrset.type === type)

/** The node with its RRset of that type replaced, or added. */
export const withRrset = (node: Node | undefined, owner: Name, rrset: Rrset): Node =>
  node === undefined
    ? { owner, rrsets: [rrset] }
    : {
        owner: node.owner,
        rrsets: [...node.rrsets.filter((present) => present.type !== rrset.type), rrset],
      }

/** The node with only those of its RRsets; undefined when none is left. */
export const keepRrsets = (node: Node, keep: (rrset: Rrset) => boolean): Node | undefined => {
  const rrsets = node.rrsets.filter(keep)
  return rrsets.length === 0 ? undefined : { owner: node.owner, rrsets }
}

/** Types that may stand beside a CNAME: RFC 4035 §2.5, and those before them (RFC 2181 §10.1). */
const besideCname = new Set<RrType>([RrType.RRSIG, RrType.NSEC, RrType.KEY, RrType.SIG, RrType.NXT])

/** Whether an RRset of `type` may not be at a node together with a CNAME. */
export const excludesCname = (type: RrType): boolean =>
  type !== RrType.CNAME && !besideCname.has(type)

/** Octets around the RDATA of each record, of each RRset, and of the node. */
const RDATA_HEAD = 2
const RRSET_HEAD = 8
const NODE_HEAD = 3

/**
 * The node as the octets that a store keeps:
 * owner length (1) and owner, number of RRsets (2), and for each: type (2), TTL (4), number of
 * records (2), and for each: RDLENGTH (2) and RDATA.
 */
export const encodeNode = (node: Node): Buffer => {
  let size = NODE_HEAD + node.owner.length
  for (const { rdatas } of node.rrsets) {
    size += RRSET_HEAD
    for (const rdata of rdatas) size += RDATA_HEAD + rdata.length
  }
  const octets = Buffer.allocUnsafe(size)
  let at = octets.writeUInt8(node.owner.length, 0)
  octets.set(node.owner, at)
  at = octets.writeUInt16BE(node.rrsets.length, at + node.owner.length)
  for (const { type, ttl, rdatas } of node.rrsets) {
    at = octets.writeUInt16BE(type, at)
    at = octets.writeUInt32BE(ttl, at)
    at = octets.writeUInt16BE(rdatas.length, at)
    for (const rdata of rdatas) {
      at = octets.writeUInt16BE(rdata.length, at)
      octets.set(rdata, at)
      at += rdata.length
    }
  }
  return octets
}

/**
 * The records of an encoded node, one after the other, without anything being made of them: `next`
 * leads to the first and to each that follows, and the fields are those of the record it led to.
 */
export class RecordCursor {
  owner: Name = rootName
  type: RrType = RrType.A
  /** Seconds. */
  ttl = 0
  /** The node's octets: the RDATA stands there from `start` up to `end`. */
  rdata: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  private rrsetsLeft = 0
  private recordsLeft = 0

  /** @param at where what `encodeNode` made begins in `octets`; behind the last record it ends */
  open(octets: Uint8Array, at: number): void {
    this.rdata = octets
    const ownerEnd = at + 1 + octetAt(octets, at)
    // A store gives back what it was given, and that was a name.
    this.owner = octets.subarray(at + 1, ownerEnd) as Name
    this.rrsetsLeft = u16At(octets, ownerEnd)
    this.recordsLeft = 0
    this.end = ownerEnd + 2
  }

  /** @returns false when there is no further record */
  next(): boolean {
    const octets = this.rdata
    if (this.recordsLeft === 0) {
      if (this.rrsetsLeft === 0) return false
      this.rrsetsLeft--
      this.type = rrTypeOf(u16At(octets, this.end))
      this.ttl = u16At(octets, this.end + 2) * 0x1_0000 + u16At(octets, this.end + 4)
      this.recordsLeft = u16At(octets, this.end + 6)
      this.end += RRSET_HEAD
    }
    this.recordsLeft--
    this.start = this.end + RDATA_HEAD
    this.end = this.start + u16At(octets, this.end)
    return true
  }
}

/** The node from what `encodeNode` made; it shares the memory of `octets`. */
export const decodeNode = (octets: Uint8Array): Node => {
  const ownerEnd = 1 + octetAt(octets, 0)
  // A store gives back what it was given, and that was a name.
  const owner = octets.subarray(1, ownerEnd) as Name
  const rrsets: Rrset[] = []
  let at = ownerEnd + 2
  for (let rrsetsLeft = u16At(octets, ownerEnd); rrsetsLeft > 0; rrsetsLeft--) {
    const type = rrTypeOf(u16At(octets, at))
    const ttl = u16At(octets, at + 2) * 0x1_0000 + u16At(octets, at + 4)
    const rdatas: Uint8Array[] = []
    let left = u16At(octets, at + 6)
    for (at += RRSET_HEAD; left > 0; left--) {
      const start = at + RDATA_HEAD
      at = start + u16At(octets, at)
      rdatas.push(octets.subarray(start, at))
    }
    rrsets.push({ type, ttl, rdatas })
  }
  return { owner, rrsets }
}
