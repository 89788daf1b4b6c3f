/** What was done to a zone. */
import * as z from 'zod'
import type { Point } from '../history/point-text.ts'
import { rowOf, touches, type Row } from '../history/rows.ts'
import { nameToText } from '../text/name-text.ts'
import { nameEquals } from '../wire/name.ts'
import { serialOf, type Serial } from '../zone/serial.ts'
import type { JournalEntry, JournalReading, ZoneView } from '../zone/zone.ts'
import type { ApiParts } from './parts.ts'
import { checkReach, pointOf } from './points.ts'
import { json, route, type Route } from './route.ts'
import { history, limit, nothing, optionalName, serialText } from './schemas.ts'
import { nameIn, presentZone, zoneFor } from './zone-access.ts'

const historyQuery = z.strictObject({
  since: z.string().max(64).optional().describe('a serial, a time (RFC 3339), or such as 2h'),
  name: optionalName,
  before: serialText.optional().describe('only changes up to the one that led to this serial'),
  limit,
})

export const historyRoutes = (parts: ApiParts): readonly Route[] => [readHistory(parts)]

const readHistory = (parts: ApiParts): Route =>
  route({
    id: 'readHistory',
    method: 'GET',
    path: '/zones/{zone}/history',
    summary: 'changes, the newest first; of an owner, those of their names',
    who: 'anyone',
    problems: [404, 410, 503],
    query: historyQuery,
    body: nothing,
    result: history,
    run: ({ caller, param, query }) => {
      const { apex, view } = presentZone(zoneFor(caller, parts.zones(), param('zone')))
      const point = query.since === undefined ? undefined : pointIn(parts, view, query.since)
      const name = query.name === undefined ? undefined : nameIn(query.name)
      const reading: JournalReading = {
        newestFirst: true,
        ...(point?.kind === 'serial' && { after: point.serial }),
        ...(query.before !== undefined && { upTo: serialOf(query.before) }),
      }
      const page = pageOf(parts.store.journal(view, reading), {
        since: point?.kind === 'time' ? point.milliseconds : 0,
        limit: query.limit,
        isWanted: (entry) =>
          touches(
            entry,
            (owner) => caller.mayRead(owner) && (name === undefined || nameEquals(owner, name)),
          ) ||
          // A change of nothing but the SOA is about no name.
          (caller.kind === 'admin' && name === undefined),
        shown: (entry) => rowOf(entry, (owner) => caller.mayRead(owner)),
      })
      return json({ zone: nameToText(apex), ...page })
    },
  })

/** @throws ApiRefusal where the history does not reach back to that serial */
const pointIn = (parts: ApiParts, view: ZoneView, text: string): Point => {
  const point = pointOf(parts, text, 'since')
  // A time before all that is known is answered with all that is known.
  if (point.kind === 'serial') checkReach(parts, view, point)
  return point
}

/** Entries that are read for one page, while updates wait. */
const MOST_READ = 2000

/** Characters of records after which a page ends. */
const MOST_CHARACTERS = 1024 * 1024

interface PageWish {
  /** Milliseconds since 1970. */
  readonly since: number
  readonly limit: number
  readonly isWanted: (entry: JournalEntry) => boolean
  readonly shown: (entry: JournalEntry) => Row
}

const pageOf = (entries: Iterable<JournalEntry>, { since, limit, isWanted, shown }: PageWish) => {
  const rows: Row[] = []
  let [read, characters] = [0, 0]
  let next: Serial | null = null
  for (const entry of entries) {
    if (entry.timeMilliseconds < since) return { rows, next: null }
    if (
      next !== null &&
      (rows.length >= limit || read >= MOST_READ || characters >= MOST_CHARACTERS)
    ) {
      return { rows, next }
    }
    read++
    next = entry.changeset.serialBefore
    if (!isWanted(entry)) continue
    const row = shown(entry)
    for (const line of [...row.removed, ...row.added]) characters += line.length
    rows.push(row)
  }
  return { rows, next: null }
}
