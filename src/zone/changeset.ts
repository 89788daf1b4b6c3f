/**
 * What one change did to a zone: the records that went and those that came, the SOA among them.
 * It is the journal entry, the material of IXFR (RFC 1995 §4), a row of the history, and what an
 * undo turns around.
 */
import { equalBytes, toLatin1 } from '../base/bytes.ts'
import type { RrType } from '../wire/codes.ts'
import type { Name } from '../wire/name.ts'
import type { Node } from './node.ts'
import type { Serial } from './serial.ts'

/** A resource record at rest: class IN, RDATA uncompressed. */
export interface ZoneRecord {
  readonly owner: Name
  readonly type: RrType
  /** Seconds. */
  readonly ttl: number
  readonly rdata: Uint8Array
}

export interface Changeset {
  readonly serialBefore: Serial
  readonly serialAfter: Serial
  readonly removed: readonly ZoneRecord[]
  readonly added: readonly ZoneRecord[]
}

/** Who made a change, and how it came to us; stored beside each changeset. */
export interface Author {
  /** `key:ddns-key.`, `token:home.dyn.example.`, or what else proved an identity. */
  readonly principal: string
  /** `192.0.2.1#53211`, or empty when nothing came over a network. */
  readonly source: string
  readonly transport: 'udp' | 'tcp' | 'http' | 'https' | 'cli'
}

/** The records that are at `before` and not at `after`: both ways round, that is the difference. */
export const recordsOnlyIn = (before: Node | undefined, after: Node | undefined): ZoneRecord[] => {
  if (before === undefined || before === after) return []
  const gone: ZoneRecord[] = []
  for (const { type, ttl, rdatas } of before.rrsets) {
    // To the octet and with its TTL: a record whose TTL or spelling changed went and came again.
    const other = after?.rrsets.find((rrset) => rrset.type === type && rrset.ttl === ttl)
    const isIn = membership(other?.rdatas ?? [])
    for (const rdata of rdatas) {
      if (!isIn(rdata)) gone.push({ owner: before.owner, type, ttl, rdata })
    }
  }
  return gone
}

/** As many are compared one by one; with more, that would take a time that grows as their square. */
const FEW = 16

const membership = (rdatas: readonly Uint8Array[]): ((rdata: Uint8Array) => boolean) => {
  if (rdatas.length <= FEW) return (rdata) => rdatas.some((present) => equalBytes(present, rdata))
  const present = new Set(rdatas.map(toLatin1))
  return (rdata) => present.has(toLatin1(rdata))
}
