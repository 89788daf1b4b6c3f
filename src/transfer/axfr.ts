/** The records of a whole zone as a transfer has them (RFC 5936 §2.2). */
import { RrType } from '../wire/codes.ts'
import type { EnvelopeRecord } from '../wire/envelope-writer.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { decodeNode, RecordCursor } from '../zone/node.ts'
import { soaOf } from '../zone/soa.ts'
import type { ZoneView } from '../zone/zone.ts'

/**
 * The SOA, all other records, and the SOA again. All are of the version that the zone has when the
 * first one is taken, for that is when the nodes are begun with: the SOA is read from there too.
 * What stands between the SOAs is one object that leads from record to record: a zone has many.
 */
export function* axfrRecords(zone: Pick<ZoneView, 'encodedNodes'>): Generator<EnvelopeRecord> {
  let soa: EnvelopeRecord | undefined
  const record = new RecordCursor()
  for (const octets of zone.encodedNodes()) {
    for (let at = 0; at < octets.length; at = record.end) {
      // The apex comes first in canonical order.
      if (soa === undefined) {
        const apex = decodeNode(octets)
        soa = { owner: apex.owner, type: RrType.SOA, ...soaOf(apex) }
        yield soa
      }
      record.open(octets, at)
      while (record.next()) if (record.type !== RrType.SOA) yield record
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
