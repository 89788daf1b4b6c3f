/**
 * When something is told: once when a host stops being well, once when it is well again, and nothing
 * between the two. Which hosts are stale and were told of is on disk: a restart tells nobody again.
 */
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Attempt } from '../dyndns/attempts.ts'
import { adviceFor, isLoginFault } from '../dyndns/fault.ts'
import type { HostState } from '../dyndns/host-states.ts'
import type { ToldStore } from '../zone/told-store.ts'
import type { Alert, AlertKind } from './alert.ts'

export interface WatchedHosts {
  names(): readonly string[]
  of(host: string): HostState
}

/** Hosts that are looked at before others get their turn. */
const AT_ONCE = 200

/**
 * Before that nothing is stale: after a start clients come back in their own time, and that they did not
 * come while there was no server is not their fault.
 */
const GRACE_MILLISECONDS = 3_600_000

/** What was told of a host and is not over. */
interface Open {
  readonly kind: AlertKind
  /** When it was told, in milliseconds since 1970. */
  readonly since: number
}

/** What came up for a host, and whether it goes on. */
interface Finding {
  readonly kind: AlertKind
  readonly advice: string | undefined
}

const FLAPPING =
  'Take this host out of one of the two devices, or make another host for it; one device with two lines does this, too.'
const STALE =
  'See whether the device is on and reaches the server; take its token back where it is gone.'

export class Episodes {
  private readonly clock: Clock
  private readonly hosts: WatchedHosts
  private readonly store: ToldStore
  private readonly log: Log
  private readonly open = new Map<string, Open>()
  /** Those that are on disk. */
  private readonly told: Map<string, number>
  private readonly started: number
  private trouble: { readonly time: number; readonly why: string } | undefined
  private isTroubleTold = false

  constructor(clock: Clock, hosts: WatchedHosts, store: ToldStore, log: Log) {
    this.clock = clock
    this.hosts = hosts
    this.store = store
    this.log = log
    this.started = clock.monotonicMilliseconds()
    this.told = new Map(store.told())
    for (const [host, since] of this.told) this.open.set(host, { kind: 'stale', since })
  }

  /** Listens to attempts, for trouble of ours: it is over with the next one that is done. */
  readonly take = ({ time, result }: Attempt): void => {
    if (result.kind === 'hosts') this.trouble = undefined
    else if (result.fault === 'trouble') this.trouble = { time, why: result.why }
  }

  /**
   * Looks at every host, a few at a time.
   * @param mostFailures in a row that are not worth a message
   * @returns what there is to tell
   */
  async look(mostFailures: number): Promise<readonly Alert[]> {
    const alerts: Alert[] = this.lookAtServer()
    const names = this.hosts.names()
    const known = new Set(names)
    for (const host of this.open.keys()) if (!known.has(host)) this.open.delete(host)
    for (let at = 0; at < names.length; at += AT_ONCE) {
      if (at > 0) await setImmediate()
      for (const host of names.slice(at, at + AT_ONCE)) {
        alerts.push(...this.lookAt(this.hosts.of(host), mostFailures))
      }
    }
    this.saveTold()
    return alerts
  }

  private saveTold(): void {
    const changes = new Map<string, number | undefined>()
    for (const [host, { kind, since }] of this.open) {
      if (kind === 'stale' && this.told.get(host) !== since) changes.set(host, since)
    }
    for (const host of this.told.keys()) {
      if (this.open.get(host)?.kind !== 'stale') changes.set(host, undefined)
    }
    if (changes.size === 0) return
    try {
      this.store.putTold(changes)
    } catch (error) {
      // A store throws errors. It is tried again with the next look; at worst a restart tells it once more.
      this.log.warn(
        { err: (error as Error).message },
        'which hosts were told of is not on disk yet',
      )
      return
    }
    for (const [host, time] of changes) {
      if (time === undefined) this.told.delete(host)
      else this.told.set(host, time)
    }
  }

  private lookAtServer(): Alert[] {
    const { trouble, isTroubleTold } = this
    this.isTroubleTold = trouble !== undefined
    if (this.isTroubleTold === isTroubleTold) return []
    const time = this.clock.nowMilliseconds()
    const server = { kind: 'trouble', host: undefined, time } as const
    return trouble === undefined
      ? [{ ...server, event: 'recovery', words: 'updates are taken again', advice: undefined }]
      : [{ ...server, event: 'alert', words: trouble.why, advice: adviceFor('trouble') }]
  }

  private lookAt(state: HostState, mostFailures: number): Alert[] {
    const { host, words, condition } = state
    const before = this.open.get(host)
    const finding = findingOf(state, mostFailures)
    const time = this.clock.nowMilliseconds()
    if (finding !== undefined) {
      const { kind, advice } = finding
      if (kind === before?.kind || (kind === 'stale' && this.isEarly())) return []
      this.open.set(host, { kind, since: time })
      return [{ time, event: 'alert', kind, host, words, advice }]
    }
    if (before === undefined || isOpen(before, state)) return []
    this.open.delete(host)
    // What the operator has blocked is as the operator wants it.
    if (condition === 'blocked') return []
    return [{ time, event: 'recovery', kind: before.kind, host, words, advice: undefined }]
  }

  private isEarly(): boolean {
    return this.clock.monotonicMilliseconds() - this.started < GRACE_MILLISECONDS
  }
}

/** Whether it goes on, though it is nothing to tell by itself. */
const isOpen = ({ kind, since }: Open, { condition, failures, lastSeen }: HostState): boolean => {
  // A few failures more, or no more tries, are no recovery.
  if (condition === 'failing' || (isFailing(kind) && failures > 0)) return true
  // What is usual is not known after a restart: that it is not stale any more is not yet that it came.
  const wasSeen = lastSeen !== undefined && lastSeen.time >= since
  return kind === 'stale' && condition !== 'blocked' && !wasSeen
}

const isFailing = (kind: AlertKind): boolean => kind === 'login' || kind === 'update'

const findingOf = (state: HostState, mostFailures: number): Finding | undefined => {
  const { condition, failures, lastFailure } = state
  switch (condition) {
    case 'ok':
    case 'unseen':
    case 'blocked':
      return undefined
    case 'stale':
      return { kind: 'stale', advice: STALE }
    case 'flapping':
      return { kind: 'flapping', advice: FLAPPING }
    case 'failing': {
      if (failures <= mostFailures || lastFailure === undefined) return undefined
      const { outcome } = lastFailure
      return { kind: isLoginFault(outcome) ? 'login' : 'update', advice: adviceFor(outcome) }
    }
  }
}
