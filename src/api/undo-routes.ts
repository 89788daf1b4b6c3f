/** Taking changes of a zone back: some of them, or all since a point. */
import type * as z from 'zod'
import { principalText } from '../access/principal.ts'
import { commitChange } from '../history/change.ts'
import { changesAfter, changesSince, tooMuchSince } from '../history/past.ts'
import { recordLine } from '../history/patch-text.ts'
import { timeToText, type Point } from '../history/point-text.ts'
import { planRestore, planRestoreOfName, planUndo, type Plan } from '../history/undo.ts'
import { nameToText } from '../text/name-text.ts'
import { isAtOrBelow } from '../wire/name.ts'
import { isEmptyPatch } from '../zone/patch.ts'
import { serialOf, type Serial } from '../zone/serial.ts'
import type { ApiParts } from './parts.ts'
import { checkReach, pointOf } from './points.ts'
import { ApiRefusal } from './problem.ts'
import { json, route, type Call, type Route } from './route.ts'
import { noQuery, restoreRequest, restoreResult, undoRequest, undoResult } from './schemas.ts'
import { nameIn, ownZone, zoneFor, type PresentZone } from './zone-access.ts'

export const undoRoutes = (parts: ApiParts): readonly Route[] => [
  undoChanges(parts),
  restoreZone(parts),
]

const undoChanges = (parts: ApiParts): Route =>
  route({
    id: 'undoChange',
    method: 'POST',
    path: '/zones/{zone}/undo',
    summary: 'takes changes back, all of them or none; what others did to other records stays',
    who: 'admin',
    problems: [404, 409, 410, 503],
    query: noQuery,
    body: undoRequest,
    result: undoResult,
    run: async (call) => {
      const zone = ownZone(zoneFor(call.caller, parts.zones(), call.param('zone')))
      const { force, dryRun } = call.body
      const serials = serialsIn(parts, zone, call.body)
      const plan = undoOf(parts, zone, serials, force || dryRun)
      const done = await carryOut(parts, call, zone, plan, `undo ${listText(serials)}`)
      return json({ ...done, obstacles: plan.obstacles })
    },
  })

const restoreZone = (parts: ApiParts): Route =>
  route({
    id: 'restoreZone',
    method: 'POST',
    path: '/zones/{zone}/restore',
    summary: 'brings a zone, or one name of it, back to what it was, in one change',
    who: 'admin',
    problems: [404, 409, 410, 422, 503],
    query: noQuery,
    body: restoreRequest,
    result: restoreResult,
    run: async (call) => {
      const zone = ownZone(zoneFor(call.caller, parts.zones(), call.param('zone')))
      const { store } = parts
      const { view } = zone
      const point = pointOf(parts, call.body.to, 'to')
      checkReach(parts, view, point)
      checkAmount(changesSince(store, view, point), 'restore')
      if (call.body.name === undefined) {
        const plan = planRestore(store, view, point)
        return json(await carryOut(parts, call, zone, plan, `restore ${pointText(point)}`))
      }
      const name = nameIn(call.body.name)
      const text = nameToText(name)
      if (!isAtOrBelow(name, zone.apex)) {
        throw new ApiRefusal(422, `${text} is not in the zone ${nameToText(zone.apex)}`)
      }
      const plan = planRestoreOfName(store, view, point, name)
      return json(await carryOut(parts, call, zone, plan, `restore ${text} ${pointText(point)}`))
    },
  })

/** The changes that are meant, the newest first where it is a range; each is in the history. */
const serialsIn = (
  parts: ApiParts,
  { view }: PresentZone,
  body: z.output<typeof undoRequest>,
): readonly Serial[] => {
  const { store } = parts
  // The schema lets nothing else through.
  const named =
    'from' in body ? [body.from, body.to] : 'serial' in body ? [body.serial] : body.serials
  const serials = named.map(serialOf)
  for (const serial of serials) {
    checkReach(parts, view, { kind: 'serial', serial })
    const [entry] = store.journal(view, { upTo: serial, newestFirst: true })
    if (entry !== undefined) continue
    throw new ApiRefusal(410, `${serial} is where the history begins: there is nothing before it`)
  }
  checkAmount(changesAfter(store, view, serials), 'undo')
  if (!('from' in body)) return serials
  const from = serialOf(body.from)
  const later = Array.from(
    changesAfter(store, view, [from]),
    ({ changeset }) => changeset.serialAfter,
  )
  const all = [...later, from]
  const end = all.indexOf(serialOf(body.to))
  if (end >= 0) return all.slice(end)
  throw new ApiRefusal(400, `from: ${body.from} came after ${body.to}`)
}

/** As `livezone restore` has it. */
const pointText = (point: Point): string =>
  point.kind === 'serial' ? `serial ${point.serial}` : timeToText(point.milliseconds)

const checkAmount = (...what: Parameters<typeof tooMuchSince>): void => {
  const why = tooMuchSince(...what)
  if (why !== undefined) throw new ApiRefusal(409, why)
}

/** Serials that are named; of more the number is given. */
const MOST_NAMED = 20

const listText = (serials: readonly Serial[]): string => {
  const more = serials.length - MOST_NAMED
  return `${serials.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** @param isForced whether it is planned whatever speaks against it */
const undoOf = (
  { store }: ApiParts,
  { view }: PresentZone,
  serials: readonly Serial[],
  isForced: boolean,
): Plan => {
  // Each of them is there.
  const plan = planUndo(store, view, serials) as Plan
  const { problem, obstacles } = plan
  const isOne = serials.length === 1
  const what = `${isOne ? 'change' : 'changes'} ${listText(serials)}`
  if (problem !== undefined) throw new ApiRefusal(409, `${what} cannot be undone: ${problem}`)
  if (obstacles.length > 0 && !isForced) {
    const why = `${what} ${isOne ? 'is' : 'are'} not undone, for later changes touched the same records`
    throw new ApiRefusal(409, `${why}: undo those first, or send force`, { obstacles })
  }
  return plan
}

type Wish = { readonly dryRun: boolean }

/** @param command for the history */
const carryOut = async (
  parts: ApiParts,
  call: Call<unknown, Wish>,
  zone: PresentZone,
  { change }: Plan,
  command: string,
): Promise<z.output<typeof restoreResult>> => {
  const { dryRun } = call.body
  const { patch } = change
  const isDone = !dryRun && !isEmptyPatch(patch)
  return {
    zone: nameToText(zone.apex),
    serial: isDone ? await commit(parts, call, zone, change, command) : null,
    dryRun,
    removed: patch.removed.map(recordLine),
    added: patch.added.map(recordLine),
  }
}

const commit = async (
  { store, log }: ApiParts,
  { caller, request }: Call,
  { apex, view }: PresentZone,
  change: Plan['change'],
  command: string,
): Promise<Serial> => {
  const { address, port, transport } = request
  const principal = principalText(caller.principal)
  const author = { principal, source: `${address}#${port}`, transport }
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
