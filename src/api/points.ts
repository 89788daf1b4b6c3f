/** Points in the history of a zone, as the API is given them. */
import { outOfReach } from '../history/past.ts'
import { pointFromText, type Point } from '../history/point-text.ts'
import type { ZoneView } from '../zone/zone.ts'
import type { ApiParts } from './parts.ts'
import { ApiRefusal } from './problem.ts'

/** @param what the member or parameter that has it */
export const pointOf = ({ clock }: ApiParts, text: string, what: string): Point => {
  const point = pointFromText(text, clock.nowMilliseconds())
  if (point !== undefined) return point
  throw new ApiRefusal(400, `${what}: "${text}" is neither a serial nor a time`)
}

/** @throws ApiRefusal where the history does not lead back to it */
export const checkReach = ({ store, clock }: ApiParts, view: ZoneView, point: Point): void => {
  const why = outOfReach(store, view, point, clock.nowMilliseconds())
  if (why !== undefined) throw new ApiRefusal(410, why)
}
