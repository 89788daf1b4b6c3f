/** The zone that a call is about, as far as its caller may know of it. */
import { nameFromText, nameToText } from '../text/name-text.ts'
import { NOT_HERE } from '../history/change.ts'
import type { WebZone } from '../dyndns/engine.ts'
import { nameEquals, type Name } from '../wire/name.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { Serial } from '../zone/serial.ts'
import type { ZoneView } from '../zone/zone.ts'
import type { Caller } from './callers.ts'
import { ApiRefusal } from './problem.ts'

export const nameIn = (text: string): Name => {
  const parsed = nameFromText(text)
  if (parsed.ok) return parsed.name
  throw new ApiRefusal(400, `"${text}" is no domain name: ${parsed.why}`)
}

/** Whether the zone is one of the caller's: an owner's are those that their hosts are in. */
export const isKnownTo = ({ kind, reach }: Caller, zones: ZoneSet<WebZone>, apex: Name): boolean =>
  kind === 'admin' ||
  reach.some(({ name }) => {
    const zone = zones.enclosing(name)
    return zone !== undefined && nameEquals(zone.apex, apex)
  })

/** @throws ApiRefusal, the same for a zone that is not there and for somebody else's */
export const zoneFor = (caller: Caller, zones: ZoneSet<WebZone>, text: string): WebZone => {
  const zone = zones.get(nameIn(text))
  if (zone !== undefined && isKnownTo(caller, zones, zone.apex)) return zone
  throw new ApiRefusal(404, `this server has no zone ${text} for you`)
}

/** A zone that there is something of. */
export interface PresentZone extends WebZone {
  readonly view: ZoneView
}

/** @throws ApiRefusal where it cannot be answered for (RFC 1034 §4.3.5) */
export const presentZone = (zone: WebZone): PresentZone => {
  const { view } = zone
  if (view !== undefined) return { ...zone, view }
  throw new ApiRefusal(503, `${nameToText(zone.apex)} has not been transferred, or has expired`)
}

/** @throws ApiRefusal where it is another server's to change */
export const ownZone = (zone: WebZone): PresentZone => {
  if (zone.isSecondary !== true) return presentZone(zone)
  throw new ApiRefusal(409, `${nameToText(zone.apex)} ${NOT_HERE}`)
}

export const serialIn = (view: ZoneView): Serial => serialOfApex(view.get(view.apexKey))

/** RFC 9110 §8.8.3: a version of a zone is its serial. */
export const etagOf = (serial: Serial): Readonly<Record<string, string>> => ({
  etag: `"${serial}"`,
})
