/** Zones and what is in them. */
import { isoTime } from '../base/clock.ts'
import { nameToText } from '../text/name-text.ts'
import { reportOf, type SecondaryReport } from '../transfer/secondary-report.ts'
import type { WatchedZone } from '../transfer/notifier.ts'
import type { UpdateZone } from '../update/process.ts'
import { rrTypeFromName, type RrType } from '../wire/codes.ts'
import * as z from 'zod'
import type { Caller } from './callers.ts'
import type { ApiParts } from './parts.ts'
import { ApiRefusal } from './problem.ts'
import { pageOf } from './records.ts'
import { json, route, type Route } from './route.ts'
import {
  limit,
  noQuery,
  nothing,
  optionalName,
  records,
  secondaries,
  zoneDetails,
  zones as zoneList,
} from './schemas.ts'
import { etagOf, isKnownTo, nameIn, presentZone, serialIn, zoneFor } from './zone-access.ts'

export const zoneRoutes = (parts: ApiParts): readonly Route[] => [
  listZones(parts),
  readZone(parts),
  listRecords(parts),
  listSecondaries(parts),
]

const listZones = (parts: ApiParts): Route =>
  route({
    id: 'listZones',
    method: 'GET',
    path: '/zones',
    summary: 'the zones of this server, or those that an owner has hosts in',
    who: 'anyone',
    problems: [],
    query: noQuery,
    body: nothing,
    result: zoneList,
    run: ({ caller }) => {
      const zones = parts.zones()
      const known = Array.from(zones).filter(({ apex }) => isKnownTo(caller, zones, apex))
      return json({ zones: known.map(shownZone) })
    },
  })

const readZone = (parts: ApiParts): Route =>
  route({
    id: 'readZone',
    method: 'GET',
    path: '/zones/{zone}',
    summary: 'one zone, and how many servers have its version',
    who: 'anyone',
    problems: [404],
    query: noQuery,
    body: nothing,
    result: zoneDetails,
    run: ({ caller, param }) => {
      const zone = zoneFor(caller, parts.zones(), param('zone'))
      const { view } = zone
      const since = view && parts.store.journalSince(view)
      return json(
        {
          ...shownZone(zone),
          journalSince: since === undefined ? null : isoTime(since),
          secondaries: countsFor(caller, parts.notifier.watch(zone.apex)),
        },
        view && etagOf(serialIn(view)),
      )
    },
  })

const listRecords = (parts: ApiParts): Route =>
  route({
    id: 'listRecords',
    method: 'GET',
    path: '/zones/{zone}/records',
    summary: 'RRsets in canonical order, page by page; of an owner, those of their names',
    who: 'anyone',
    problems: [403, 404, 503],
    query: z.strictObject({
      name: optionalName,
      type: z.string().max(32).optional(),
      after: optionalName,
      limit,
    }),
    body: nothing,
    result: records,
    run: ({ caller, param, query }) => {
      const { apex, view } = presentZone(zoneFor(caller, parts.zones(), param('zone')))
      const serial = serialIn(view)
      const name = query.name === undefined ? undefined : nameIn(query.name)
      if (name !== undefined && !caller.mayRead(name)) {
        throw new ApiRefusal(403, `${nameToText(name)} is not yours to read`)
      }
      const all = caller.kind === 'admin' ? [{ name: apex, below: true }] : caller.reach
      const page = pageOf(view, name === undefined ? all : [{ name, below: false }], {
        type: typeIn(query.type),
        after: query.after === undefined ? undefined : nameIn(query.after),
        limit: query.limit,
      })
      return json({ zone: nameToText(apex), serial, ...page }, etagOf(serial))
    },
  })

const listSecondaries = (parts: ApiParts): Route =>
  route({
    id: 'listSecondaries',
    method: 'GET',
    path: '/zones/{zone}/secondaries',
    summary: 'other servers of the zone, and which version each has as far as is known',
    who: 'admin',
    problems: [404],
    query: noQuery,
    body: nothing,
    result: secondaries,
    run: ({ caller, param }) => {
      const { apex } = zoneFor(caller, parts.zones(), param('zone'))
      const watched = parts.notifier.watch(apex)
      if (watched === undefined) {
        throw new ApiRefusal(404, `nobody is told of ${nameToText(apex)}`)
      }
      const serial = watched.serial()
      const all = watched.table.all().map((one) => withTimes(reportOf(one, serial)))
      return json({ zone: nameToText(apex), serial, secondaries: all })
    },
  })

const shownZone = ({ apex, view, isSecondary }: UpdateZone) => ({
  zone: nameToText(apex),
  role: isSecondary === true ? ('secondary' as const) : ('primary' as const),
  serial: view === undefined ? null : serialIn(view),
})

const countsFor = ({ kind }: Caller, watched: WatchedZone | undefined) => {
  if (kind !== 'admin' || watched === undefined) return null
  const serial = watched.serial()
  const reports = watched.table.all().map((one) => reportOf(one, serial))
  const current = reports.filter(({ behind }) => behind === 0).length
  return { current, behind: reports.length - current }
}

const typeIn = (text: string | undefined): RrType | undefined => {
  const type = text === undefined ? undefined : rrTypeFromName(text)
  if (type === undefined && text !== undefined) {
    throw new ApiRefusal(
      400,
      `"${text}" is no type; one without a name is written TYPE and its number`,
    )
  }
  return type
}

const withTimes = (report: SecondaryReport) => ({
  ...report,
  has: withTime(report.has),
  notified: withTime(report.notified),
  acknowledged: withTime(report.acknowledged),
  transferred: withTime(report.transferred),
  seen: report.seen === null ? null : isoTime(report.seen),
})

const withTime = <T extends { readonly at: number }>(
  event: T | null,
): (Omit<T, 'at'> & { readonly at: string }) | null =>
  event === null ? null : { ...event, at: isoTime(event.at) }
