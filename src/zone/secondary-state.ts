/** What of a secondary zone outlives a restart, beside its data (RFC 1034 §4.3.5). */

/** Times are in milliseconds since 1970. */
export interface SecondaryState {
  /** When a primary last said which serial it has. */
  readonly refreshedMilliseconds: number
  /** When the zone is not answered for any more unless that is heard again. */
  readonly expiresMilliseconds: number
  /** When the operator made it a primary zone; undefined while it is a secondary one. */
  readonly promotedMilliseconds: number | undefined
  /** Whether the whole zone is to be taken from a primary next, whatever the serials say. */
  readonly isForeign: boolean
}
