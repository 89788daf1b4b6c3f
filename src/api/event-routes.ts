/** Following a zone: its changes as server-sent events (WHATWG HTML §9.2). */
import * as z from 'zod'
import { serialFromText } from '../history/point-text.ts'
import { serialOf, type Serial } from '../zone/serial.ts'
import type { EventStreams } from './event-streams.ts'
import type { ApiParts } from './parts.ts'
import { ApiRefusal } from './problem.ts'
import { route, type Route } from './route.ts'
import { nothing, row, serialText } from './schemas.ts'
import { presentZone, zoneFor } from './zone-access.ts'

export const eventRoutes = (parts: ApiParts, streams: EventStreams): readonly Route[] => [
  route({
    id: 'followZone',
    method: 'GET',
    path: '/zones/{zone}/events',
    summary:
      'changes from a serial on, and then as they are made; of an owner, those of their names',
    who: 'anyone',
    isStream: true,
    problems: [404, 503],
    query: z.strictObject({
      since: serialText.optional().describe('from now on where it is left out'),
    }),
    body: nothing,
    result: row,
    run: ({ caller, param, query, lastEventId }) => {
      const zone = presentZone(zoneFor(caller, parts.zones(), param('zone')))
      const since = sinceFrom(query.since, lastEventId)
      streams.admit(caller)
      return {
        kind: 'stream',
        open: (response, listener) => {
          streams.begin(response, listener, caller, zone, since)
        },
      }
    },
  }),
]

/** A client that comes again says what it had last. */
const sinceFrom = (since: number | undefined, lastEventId: string): Serial | undefined => {
  if (lastEventId === '') return since === undefined ? undefined : serialOf(since)
  const serial = serialFromText(lastEventId)
  if (serial !== undefined) return serial
  throw new ApiRefusal(400, `Last-Event-ID: "${lastEventId}" is no serial`)
}
