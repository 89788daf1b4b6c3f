/** Patches as lines for people: what goes with a minus, what comes with a plus. */
import { compareBytes } from '../base/bytes.ts'
import { recordToText } from '../text/record-text.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import { withoutSerials, type Patch } from '../zone/patch.ts'

export const recordLine = ({ owner, ttl, type, rdata }: ZoneRecord): string =>
  recordToText(owner, ttl, type, rdata)

interface Line {
  readonly sign: '-' | '+'
  readonly key: NameKey
  readonly record: ZoneRecord
}

/**
 * `- www.example. 60 IN A 192.0.2.1`, in canonical order (RFC 4034 §6.1) and by type; a SOA only when
 * more than its serial changes.
 */
export const patchLines = (patch: Patch): string[] => {
  const { removed, added } = withoutSerials(patch)
  const signed = (sign: Line['sign'], records: readonly ZoneRecord[]): Line[] =>
    records.map((record) => ({ sign, key: nameKeyOf(record.owner), record }))
  return [...signed('-', removed), ...signed('+', added)]
    .sort(inOrder)
    .map(({ sign, record }) => `${sign} ${recordLine(record)}`)
}

/** What goes stands before what comes. */
const RANK = { '-': 0, '+': 1 }

const inOrder = (a: Line, b: Line): number => {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  if (a.record.type !== b.record.type) return a.record.type - b.record.type
  return RANK[a.sign] - RANK[b.sign] || compareBytes(a.record.rdata, b.record.rdata)
}
