/**
 * When something is told: once when a host stops being well, once when it is well again, and nothing
 * between the two. What was stale before the server started was told by the one before it.
 */
import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../base/clock.ts'
import type { Attempt } from '../dyndns/attempts.ts'
import { adviceFor, isLoginFault } from '../dyndns/fault.ts'
import type { HostState } from '../dyndns/host-states.ts'
import type { Alert, AlertKind } from './alert.ts'

export interface WatchedHosts {
  names(): readonly string[]
  of(host: string): HostState
}

/** Hosts that are looked at before others get their turn. */
const AT_ONCE = 200

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
  private readonly open = new Map<string, AlertKind>()
  private isFirst = true
  private trouble: { readonly time: number; readonly why: string } | undefined
  private isTroubleTold = false

  constructor(clock: Clock, hosts: WatchedHosts) {
    this.clock = clock
    this.hosts = hosts
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
    this.isFirst = false
    return alerts
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
    const { host, words, condition, failures } = state
    const before = this.open.get(host)
    const finding = findingOf(state, mostFailures)
    const time = this.clock.nowMilliseconds()
    if (finding !== undefined) {
      const { kind, advice } = finding
      if (kind === before) return []
      this.open.set(host, kind)
      if (this.isFirst && kind === 'stale') return []
      return [{ time, event: 'alert', kind, host, words, advice }]
    }
    // A few failures more, or no more tries, are no recovery.
    const isOpen = condition === 'failing' || (isFailing(before) && failures > 0)
    if (before === undefined || isOpen) return []
    this.open.delete(host)
    // What the operator has blocked is as the operator wants it.
    if (condition === 'blocked') return []
    return [{ time, event: 'recovery', kind: before, host, words, advice: undefined }]
  }
}

const isFailing = (kind: AlertKind | undefined): boolean => kind === 'login' || kind === 'update'

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
