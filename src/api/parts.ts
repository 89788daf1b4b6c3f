/** What the API is made of. */
import type { KeyUses } from '../access/key-uses.ts'
import type { Keyring } from '../access/keyring.ts'
import type { Tokens } from '../access/tokens.ts'
import type { WebZone } from '../dyndns/engine.ts'
import type { HostStates } from '../dyndns/host-states.ts'
import type { Throttles } from '../dyndns/throttles.ts'
import type { Rejections } from '../server/rejections.ts'
import type { Notifier } from '../transfer/notifier.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { ZoneStore } from '../zone/zone.ts'
import type { GateParts } from './gate.ts'

export interface ApiParts extends GateParts {
  readonly store: ZoneStore
  readonly tokens: Tokens
  readonly keyUses: Pick<KeyUses, 'lastUses'>
  readonly rejections: Rejections
  readonly throttles: Throttles
  readonly hostStates: Pick<HostStates, 'of'>
  /** Knows who has which version of a zone. */
  readonly notifier: Pick<Notifier, 'watch'>
  /** Those of the configuration of the day. */
  readonly zones: () => ZoneSet<WebZone>
  readonly keyring: () => Keyring
  readonly isNetwork: (text: string) => boolean
}
