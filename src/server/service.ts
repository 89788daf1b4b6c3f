/** What requests are answered from, and by which settings. */
import type { KeyUses } from '../access/key-uses.ts'
import type { Keyring } from '../access/keyring.ts'
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../base/counters.ts'
import type { Log } from '../base/log.ts'
import type { TransferLimits } from '../transfer/slots.ts'
import type { UpdateZone } from '../update/process.ts'
import type { ZoneChanges } from '../zone/zone-changes.ts'
import type { ZoneStore, ZoneView } from '../zone/zone.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { Forwarding } from './forwarded-update.ts'
import type { OnNotify } from './notice.ts'
import type { Rejections } from './rejections.ts'
import type { RateAccounts, RateLimits } from './rate-limit.ts'
import type { TransferEvent } from './transfer-event.ts'

export interface Settings {
  /** The largest answer over UDP, in octets, and what we announce (RFC 6891 §6.2.3). */
  readonly udpSize: number
  /** Sixteen octets, shared by servers that answer at one address (RFC 9018 §5). */
  readonly cookieSecret: Uint8Array
  /** How long a TCP connection may be idle (RFC 7828). */
  readonly tcpIdleMilliseconds: number
  /** Which server this is, for NSID (RFC 5001) and id.server (RFC 4892); undefined to keep it. */
  readonly serverId: string | undefined
  /** What it runs, for version.bind; undefined to keep it. */
  readonly version: string | undefined
  readonly rateLimits: RateLimits
  /** Whether answers to the address are not counted. */
  readonly isUnlimited: (address: string) => boolean
  readonly transferLimits: TransferLimits
  /** Octets of memory for answers that need not be made again; 0 for none. */
  readonly answerCache: number
}

export interface ServedZone extends UpdateZone {
  /** How long the zone is good yet (RFC 7314 §3.1); undefined for our own: it is good for EXPIRE. */
  readonly expiresInSeconds?: () => number | undefined
}

/** All of a zone that questions are about. */
export type AskedZone = Pick<ServedZone, 'apex' | 'view' | 'expiresInSeconds'>

/** A zone that can be answered for. */
export interface AnsweringZone extends ServedZone {
  readonly view: ZoneView
}

export interface Service {
  readonly zones: ZoneSet<ServedZone>
  readonly keyring: Keyring
  readonly keyUses: KeyUses
  readonly store: ZoneStore
  readonly clock: Clock
  readonly log: Log
  readonly counters: Counters
  readonly rejections: Rejections
  readonly settings: Settings
  /** When the zones of `store` changed; without it no answers are kept. */
  readonly changes?: ZoneChanges
  /** Where answers over UDP are counted; without it they are by themselves. */
  readonly rateAccounts?: RateAccounts
  /** Undefined where there are no secondary zones. */
  readonly forwarding?: Forwarding
  /** Is told what each client has, or knows, of a zone; must not throw. */
  readonly onTransfer?: (event: TransferEvent) => void
  /** Zones that come from elsewhere; without it there are none. */
  readonly onNotify?: OnNotify
}
