/** What a NOTIFY comes to for a zone that is fetched from elsewhere. */
import type { Principal } from '../access/principal.ts'
import type { Name } from '../wire/name.ts'
import type { Serial } from '../zone/serial.ts'
import type { Source } from './exchange.ts'

/** What a NOTIFY says, and who says it. */
export interface Notice {
  readonly apex: Name
  readonly source: Source
  readonly principal: Principal
  /** A hint (§3.7), which anybody can give. */
  readonly serial: Serial | undefined
}

/**
 * What a zone that comes from elsewhere makes of a notice: it asks its primary, or it takes no notice
 * of whoever that was. Undefined for a zone that does not come from elsewhere.
 */
export type OnNotify = (notice: Notice) => 'taken' | 'refused' | undefined
