/** The zone as it was: today's with the later changes taken back, the newest first. */
import { nameToText } from '../text/name-text.ts'
import { Draft } from '../zone/draft.ts'
import { nameKeyOf, type NameKey } from '../zone/name-key.ts'
import type { Node } from '../zone/node.ts'
import { applyPatch, inverseOf } from '../zone/patch.ts'
import type { Serial } from '../zone/serial.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { JournalEntry, ZoneStore, ZoneView } from '../zone/zone.ts'
import { timeToText, type Point } from './point-text.ts'

/** Why the history does not lead back to that point; undefined when it does. */
export const outOfReach = (
  store: ZoneStore,
  view: ZoneView,
  point: Point,
  nowMilliseconds: number,
): string | undefined => {
  const zone = nameToText(view.apex)
  const today = serialOfApex(view.get(view.apexKey))
  const since = store.journalSince(view)
  const begins = since === undefined ? '' : ` (${timeToText(since)})`
  if (point.kind === 'serial') {
    if (store.reaches(view, point.serial)) return undefined
    const [first] = store.journal(view)
    const from = first?.changeset.serialBefore ?? today
    return `the history of ${zone} has no serial ${point.serial}: it goes from ${from}${begins} to ${today}`
  }
  const text = timeToText(point.milliseconds)
  if (point.milliseconds > nowMilliseconds) return `${text} is still to come`
  if (since !== undefined && point.milliseconds >= since) return undefined
  const what = since === undefined ? 'today' : timeToText(since)
  return `the history of ${zone} does not reach back to ${text}: it begins at ${what}`
}

/** What has changed since a point that is within reach, the newest first. */
export function* changesSince(
  store: ZoneStore,
  view: ZoneView,
  point: Point,
): Generator<JournalEntry> {
  if (point.kind === 'serial') {
    yield* store.journal(view, { after: point.serial, newestFirst: true })
    return
  }
  for (const entry of store.journal(view, { newestFirst: true })) {
    if (entry.timeMilliseconds <= point.milliseconds) return
    yield entry
  }
}

/** What came after the oldest of the changes that led to some serials, the newest first. */
export function* changesAfter(
  store: ZoneStore,
  view: ZoneView,
  serials: Iterable<Serial>,
): Generator<JournalEntry> {
  const left = new Set(serials)
  for (const entry of store.journal(view, { newestFirst: true })) {
    left.delete(entry.changeset.serialAfter)
    if (left.size === 0) return
    yield entry
  }
}

/** What is read of a journal for one undo or restore, while updates wait. */
const MOST_CHANGES = 2000
const MOST_RECORDS = 100_000

/** Why so much is not taken back by the server itself; undefined where it may be. */
export const tooMuchSince = (
  entries: Iterable<JournalEntry>,
  command: 'undo' | 'restore',
): string | undefined => {
  let [changes, records] = [0, 0]
  for (const { changeset } of entries) {
    changes++
    records += changeset.removed.length + changeset.added.length
    if (changes > MOST_CHANGES || records > MOST_RECORDS) {
      const most = `${MOST_CHANGES} changes, or ${MOST_RECORDS} records`
      return `more than ${most}, came since: do it with the command livezone ${command}`
    }
  }
  return undefined
}

/** The serial that the zone had at a point that is within reach. */
export const serialAt = (store: ZoneStore, view: ZoneView, point: Point): Serial => {
  if (point.kind === 'serial') return point.serial
  let serial = serialOfApex(view.get(view.apexKey))
  for (const { changeset } of changesSince(store, view, point)) serial = changeset.serialBefore
  return serial
}

/** Takes changes back, the newest first. */
export const takeBack = (draft: Draft, entries: Iterable<JournalEntry>): void => {
  for (const { changeset } of entries) applyPatch(draft, inverseOf(changeset))
}

/** The nodes of a zone with a draft laid over it, in canonical order (RFC 4034 §6.1). */
export function* nodesOf(view: ZoneView, draft: Draft): Generator<Node> {
  // The first in order is at the end.
  const left = [...draft.changes].sort(([a], [b]) => (a < b ? 1 : -1))
  const upTo = function* (key: NameKey | undefined): Generator<Node> {
    for (let next = left.at(-1); next !== undefined; next = left.at(-1)) {
      const [changed, node] = next
      if (key !== undefined && changed > key) return
      left.pop()
      if (node !== undefined) yield node
    }
  }
  for (const node of view.nodes()) {
    const key = nameKeyOf(node.owner)
    yield* upTo(key)
    if (!draft.changes.has(key)) yield node
  }
  yield* upTo(undefined)
}
