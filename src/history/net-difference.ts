/** What several changes came to: what came and went again between two serials is not in it. */
import { toLatin1 } from '../base/bytes.ts'
import type { ZoneRecord } from '../zone/changeset.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import type { Patch } from '../zone/patch.ts'

/** @param changes in order, the oldest first */
export const netDifference = (changes: Iterable<Patch>): Patch => {
  const removed = new Map<string, ZoneRecord>()
  const added = new Map<string, ZoneRecord>()
  for (const change of changes) {
    for (const record of change.removed) cancelOrNote(record, added, removed)
    for (const record of change.added) cancelOrNote(record, removed, added)
  }
  return { removed: [...removed.values()], added: [...added.values()] }
}

/** What takes back an earlier change cancels it; anything else is noted. */
const cancelOrNote = (
  record: ZoneRecord,
  opposite: Map<string, ZoneRecord>,
  noted: Map<string, ZoneRecord>,
): void => {
  const { owner, type, ttl, rdata } = record
  const id = `${type} ${ttl} ${nameKeyOf(owner)} ${toLatin1(rdata)}`
  if (!opposite.delete(id)) noted.set(id, record)
}
