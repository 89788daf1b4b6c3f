/** What was done to a zone, and taking it back. */
import * as z from 'zod'
import { principalText } from '../access/principal.ts'
import { commitChange } from '../history/change.ts'
import { outOfReach } from '../history/past.ts'
import { recordLine } from '../history/patch-text.ts'
import { pointFromText, type Point } from '../history/point-text.ts'
import { rowOf, touches, type Row } from '../history/rows.ts'
import { planUndo, type Plan } from '../history/undo.ts'
import { nameToText } from '../text/name-text.ts'
import { nameEquals } from '../wire/name.ts'
import { isEmptyPatch } from '../zone/patch.ts'
import { serialOf, type Serial } from '../zone/serial.ts'
import type { JournalEntry, JournalReading, ZoneView } from '../zone/zone.ts'
import type { ApiParts } from './parts.ts'
import { ApiRefusal } from './problem.ts'
import { json, route, type Call, type Route } from './route.ts'
import {
  history,
  limit,
  noQuery,
  nothing,
  optionalName,
  serialText,
  undoRequest,
  undoResult,
} from './schemas.ts'
import { nameIn, ownZone, presentZone, zoneFor, type PresentZone } from './zone-access.ts'

const historyQuery = z.strictObject({
  since: z.string().max(64).optional().describe('a serial, a time (RFC 3339), or such as 2h'),
  name: optionalName,
  before: serialText.optional().describe('only changes up to the one that led to this serial'),
  limit,
})

export const historyRoutes = (parts: ApiParts): readonly Route[] => [
  readHistory(parts),
  undoChange(parts),
]

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

const undoChange = (parts: ApiParts): Route =>
  route({
    id: 'undoChange',
    method: 'POST',
    path: '/zones/{zone}/undo',
    summary: 'takes one change back; what later changes did to other records stays',
    who: 'admin',
    problems: [404, 409, 410, 503],
    query: noQuery,
    body: undoRequest,
    result: undoResult,
    run: async (call) => {
      const zone = ownZone(zoneFor(call.caller, parts.zones(), call.param('zone')))
      const { serial, force, dryRun } = call.body
      const { change, obstacles } = planFor(parts, zone, serialOf(serial), force || dryRun)
      const { patch } = change
      const isDone = !dryRun && !isEmptyPatch(patch)
      return json({
        zone: nameToText(zone.apex),
        serial: isDone ? await commit(parts, call, zone, change) : null,
        dryRun,
        removed: patch.removed.map(recordLine),
        added: patch.added.map(recordLine),
        obstacles,
      })
    },
  })

const pointIn = (parts: ApiParts, view: ZoneView, text: string): Point => {
  const now = parts.clock.nowMilliseconds()
  const point = pointFromText(text, now)
  if (point === undefined) {
    throw new ApiRefusal(400, `since: "${text}" is neither a serial nor a time`)
  }
  // A time before all that is known is answered with all that is known.
  const why = point.kind === 'serial' ? outOfReach(parts.store, view, point, now) : undefined
  if (why !== undefined) throw new ApiRefusal(410, why)
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

/** Changes after the one that is undone: they are read while updates wait. */
const MOST_LATER = 2000

/** @param isForced whether it is planned whatever speaks against it */
const planFor = (
  { store, clock }: ApiParts,
  { view }: PresentZone,
  serial: Serial,
  isForced: boolean,
): Plan => {
  const gone = outOfReach(store, view, { kind: 'serial', serial }, clock.nowMilliseconds())
  if (gone !== undefined) throw new ApiRefusal(410, gone)
  let later = 0
  for (const { changeset } of store.journal(view, { after: serial })) {
    if (later++ < MOST_LATER) continue
    const what = `more than ${MOST_LATER} changes came after ${serial}, up to ${changeset.serialAfter} and on`
    throw new ApiRefusal(409, `${what}: undo it with the command livezone undo`)
  }
  const plan = planUndo(store, view, serial)
  if (plan === undefined) {
    throw new ApiRefusal(410, `${serial} is where the history begins: there is nothing before it`)
  }
  const { problem, obstacles } = plan
  if (problem !== undefined) {
    throw new ApiRefusal(409, `change ${serial} cannot be undone: ${problem}`)
  }
  if (obstacles.length > 0 && !isForced) {
    const why = `change ${serial} is not undone, for later changes touched the same records`
    throw new ApiRefusal(409, `${why}: undo those first, or send force`, { obstacles })
  }
  return plan
}

const commit = async (
  { store, log }: ApiParts,
  { caller, request, body }: Call<unknown, z.output<typeof undoRequest>>,
  { apex, view }: PresentZone,
  change: Plan['change'],
): Promise<Serial> => {
  const { address, port, transport } = request
  const principal = principalText(caller.principal)
  const author = { principal, source: `${address}#${port}`, transport }
  const command = `undo ${body.serial}`
  const { refusal, changeset } = await commitChange(store, view, author, command, change)
  const serial = changeset?.serialAfter
  log.info(
    { zone: nameToText(apex), ...author, command, refusal, serial },
    'change by the operator',
  )
  if (refusal !== undefined) throw new ApiRefusal(409, refusal)
  // An empty patch does not come here, and any other changes something.
  return serial as Serial
}
