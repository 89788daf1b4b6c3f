/** All that one configuration comes to: a reload puts another in its place, whole. */
import type { KeyUses } from '../access/key-uses.ts'
import type { Keyring } from '../access/keyring.ts'
import type { UpdateRates } from '../access/update-rates.ts'
import { hostText } from '../access/web-identity.ts'
import type { Alerts } from '../alerts/alerts.ts'
import type { Way } from '../alerts/way.ts'
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../base/counters.ts'
import type { Log } from '../base/log.ts'
import type { Config } from '../config/load.ts'
import { isInAny } from '../config/networks.ts'
import { Identities, type Fleet } from '../access/identities.ts'
import type { Tokens } from '../access/tokens.ts'
import type { Users } from '../access/users.ts'
import type { Attempts } from '../dyndns/attempts.ts'
import type { WebZone } from '../dyndns/engine.ts'
import type { HostSettings, HostStates } from '../dyndns/host-states.ts'
import { WebService } from '../dyndns/service.ts'
import type { Throttles } from '../dyndns/throttles.ts'
import type { Certificate } from '../web/certificate.ts'
import { Dispatcher } from '../server/dispatch.ts'
import { rateAccounts, type RateAccounts } from '../server/rate-limit.ts'
import type { Rejections } from '../server/rejections.ts'
import type { ServedZone, Settings } from '../server/service.ts'
import type { Usage } from '../update/usage.ts'
import type { TransferEvent } from '../server/transfer-event.ts'
import { TCP_LIMITS } from '../transport/tcp-connection.ts'
import type { ZoneChanges } from '../zone/zone-changes.ts'
import { lowerCaseName } from '../wire/name.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { ZoneStore } from '../zone/zone.ts'
import type { Notify } from './notify.ts'
import { secondaryRole, type SecondaryRole } from './secondaries.ts'

/** A zone with all that each way to it needs. */
export type HostedZone = ServedZone & WebZone

/** What stays as it is, whatever the configuration. */
export interface Lasting {
  readonly store: ZoneStore
  readonly clock: Clock
  readonly log: Log
  readonly counters: Counters
  readonly keyUses: KeyUses
  readonly rejections: Rejections
  readonly tokens: Tokens
  readonly users: Users
  readonly throttles: Throttles
  /** When zones changed. */
  readonly changes: ZoneChanges
  readonly attempts: Attempts
  readonly hostStates: HostStates
  readonly alerts: Alerts
  /** What there is of everything that has a limit. */
  readonly usage: Usage
  /** What keys have left of their updates a minute. */
  readonly rates: UpdateRates
  readonly notify: Notify
  readonly onTransfer: (event: TransferEvent) => void
}

/** What a configuration leads to besides itself. */
export interface Loaded {
  readonly config: Config
  readonly keyring: Keyring
  /** Sixteen octets. */
  readonly cookieSecret: Uint8Array
  readonly fleets: readonly Fleet[]
  /** Undefined where nothing listens for HTTPS. */
  readonly certificate: Certificate | undefined
  readonly alertWays: readonly Way[]
}

export interface Generation extends Loaded {
  /** Whether a peer speaks for clients, by the PROXY protocol. */
  readonly isProxy: (address: string) => boolean
  readonly zones: ZoneSet<HostedZone>
  readonly rateAccounts: RateAccounts
  readonly dispatcher: Dispatcher
  readonly web: WebService
  /** Whether a peer speaks for clients, by X-Forwarded-For. */
  readonly isWebProxy: (address: string) => boolean
  /** Of the zones that come from elsewhere. */
  readonly role: SecondaryRole
}

export const generationOf = (
  loaded: Loaded,
  zones: ZoneSet<HostedZone>,
  lasting: Lasting,
): Generation => {
  const { config, keyring } = loaded
  const isUnlimited = isInAny(config.rateLimit.exempt)
  const settings: Settings = { ...plainSettingsOf(loaded), isUnlimited }
  const role = secondaryRole(config, zones, keyring, lasting, (view) => {
    lasting.notify.serves(view)
  })
  const { forwarding, onNotify } = role
  const asked = { zones, rateAccounts: rateAccounts() }
  const service = { ...lasting, ...asked, keyring, settings, forwarding, onNotify }
  const dispatcher = new Dispatcher(service)
  const identities = new Identities(lasting.tokens, loaded.fleets)
  const web = new WebService({ ...lasting, zones, identities, settings: config.http })
  return {
    ...loaded,
    isProxy: isInAny(config.proxies),
    isWebProxy: isInAny(config.http.trustedProxies),
    ...asked,
    dispatcher,
    role,
    web,
  }
}

/** How the states of hosts are judged. */
export const hostSettingsOf = (
  { config, fleets }: Pick<Loaded, 'config' | 'fleets'>,
  tokens: Pick<Tokens, 'has'>,
): HostSettings => {
  const blocked = new Set(config.http.blocked.map((name) => hostText(lowerCaseName(name))))
  return {
    staleSeconds: config.http.stale,
    isBlocked: (host) => blocked.has(host),
    isIdentity: (name) =>
      tokens.has(name) || fleets.some((fleet) => name.startsWith(`${fleet.name}/`)),
  }
}

/** Settings that pass from thread to thread, as functions do not. */
export type PlainSettings = Omit<Settings, 'isUnlimited'>

export const plainSettingsOf = ({
  config,
  cookieSecret,
}: Pick<Loaded, 'config' | 'cookieSecret'>): PlainSettings => ({
  udpSize: config.udpSize,
  cookieSecret,
  tcpIdleMilliseconds: TCP_LIMITS.idleMilliseconds,
  serverId: config.serverId,
  version: config.version,
  rateLimits: config.rateLimit,
  transferLimits: config.transferLimits,
  // Each thread keeps its own.
  answerCache: Math.floor(config.answerCache / config.workers),
})
