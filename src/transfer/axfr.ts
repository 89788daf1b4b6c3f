/** The records of a whole zone as a transfer has them (RFC 5936 §2.2). */
import { RrType } from '../wire/codes.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { soaOf } from '../zone/soa.ts'
import type { ZoneView } from '../zone/zone.ts'

/**
 * The SOA, all other records, and the SOA again. All are of the version that the zone has when the
 * first one is taken, for that is when `nodes()` begins: the SOA is read from there too.
 */
export function* axfrRecords(zone: Pick<ZoneView, 'apex' | 'nodes'>): Generator<ZoneRecord> {
  let soa: ZoneRecord | undefined
  for (const node of zone.nodes()) {
    const { owner, rrsets } = node
    // The apex comes first in canonical order.
    if (soa === undefined) {
      soa = { owner, type: RrType.SOA, ...soaOf(node) }
      yield soa
    }
    for (const { type, ttl, rdatas } of rrsets) {
      if (type === RrType.SOA) continue
      for (const rdata of rdatas) yield { owner, type, ttl, rdata }
    }
  }
  if (soa !== undefined) yield soa
}

/** The SOA as it is now: all that an IXFR answers to whoever has that version (RFC 1995 §2). */
export const soaRecord = (zone: Pick<ZoneView, 'apex' | 'apexKey' | 'get'>): ZoneRecord => ({
  owner: zone.apex,
  type: RrType.SOA,
  ...soaOf(zone.get(zone.apexKey)),
})
