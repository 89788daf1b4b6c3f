/** What the page needs of the rest of the server. */
import type { KeyUses } from '../access/key-uses.ts'
import type { Keyring } from '../access/keyring.ts'
import type { Sessions } from '../access/sessions.ts'
import type { Tokens } from '../access/tokens.ts'
import type { Users } from '../access/users.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Attempts } from '../dyndns/attempts.ts'
import type { HostStates } from '../dyndns/host-states.ts'
import type { Rejections } from '../server/rejections.ts'
import type { SecondaryReport } from '../transfer/secondary-report.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'

export interface PageZone {
  readonly apex: Name
  /** Undefined where there is nothing to serve yet. */
  readonly view?: ZoneView | undefined
  readonly isSecondary?: boolean | undefined
}

export interface PageParts {
  readonly users: Users
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly attempts: Attempts
  readonly hosts: Pick<HostStates, 'all' | 'of'>
  readonly store: ZoneStore
  readonly rejections: Rejections
  readonly keyUses: Pick<KeyUses, 'lastUses'>
  readonly clock: Clock
  readonly log: Log
  /** Those of the configuration of the day. */
  readonly zones: () => ZoneSet<PageZone>
  readonly keyring: () => Keyring
  readonly secondaries: (apex: Name) => readonly SecondaryReport[]
}
