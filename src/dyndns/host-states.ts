/**
 * How the hosts of web clients are: seen lately, failing, or updated by two that take turns. It follows
 * from the attempts, in memory; over a restart there is the last use of their tokens.
 */
import type { Clock } from '../base/clock.ts'
import { durationText } from '../base/duration-text.ts'
import type { TokenUse } from '../zone/token-store.ts'
import type { Attempt, HostAttempt } from './attempts.ts'
import { isLoginFault, type Fault } from './fault.ts'
import { HostRecord, type HostFailure, type Seen } from './host-record.ts'
import { sourceOf } from './source.ts'

export type HostCondition = 'ok' | 'unseen' | 'stale' | 'flapping' | 'failing' | 'blocked'

export interface HostState {
  /** Without the dot at its end, in small letters. */
  readonly host: string
  readonly condition: HostCondition
  /** Why it is in this condition, such as "not seen for 2 days; it used to come every 5 minutes". */
  readonly words: string
  /** What else somebody should know, a sentence each. */
  readonly hints: readonly string[]
  /** The last request, whatever came of it. */
  readonly lastSeen: Seen | undefined
  /** In a row, since the last that was taken. */
  readonly failures: number
  readonly lastFailure: HostFailure | undefined
  /** Of the last hour. */
  readonly changes: number
  readonly repeats: number
}

/** What is known of tokens. */
export interface HostTokens {
  hosts(): Iterable<string>
  isForHost(host: string): boolean
  lastUseOf(host: string): TokenUse | undefined
}

export interface HostSettings {
  /** After how long without a request a host is stale; undefined for a rule by what is usual. */
  readonly staleSeconds: number | undefined
  /** Hosts that the operator has blocked. */
  readonly isBlocked: (host: string) => boolean
  /** Whether a token of that name, or the fleet of that device, is still there. */
  readonly isIdentity: (name: string) => boolean
}

/** Hosts of which something is remembered; of more, those that were seen last. */
const MOST_HOSTS = 65_536
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Clients that only come when something has changed come once a month at least. */
const SILENCE = 35 * DAY
const USUAL_TIMES = 10
/** Failures in a row of a host that was updated before. */
const MANY_FAILURES = 3
/** Requests an hour that change nothing, of which a client could do without some. */
const MANY_REPEATS = 20

export class HostStates {
  private readonly records = new Map<string, HostRecord>()
  private readonly clock: Clock
  private readonly tokens: HostTokens
  private settings: HostSettings = {
    staleSeconds: undefined,
    isBlocked: () => false,
    isIdentity: () => true,
  }

  constructor(clock: Clock, tokens: HostTokens) {
    this.clock = clock
    this.tokens = tokens
  }

  /** At the start and at each reload; what is remembered stays. */
  configure(settings: HostSettings): void {
    this.settings = settings
  }

  /** Listens to attempts. */
  readonly take = (attempt: Attempt): void => {
    const { identity, result, concerns } = attempt
    if (identity === undefined) {
      if (result.kind === 'failed' && isLoginFault(result.fault)) this.claimed(attempt, result)
      return
    }
    for (const host of concerns) {
      const record = this.recordOf(host)
      record.identity = identity
      if (result.kind === 'failed') note(record, attempt, result.fault, result.why)
      else noteHost(record, attempt, host, result.hosts)
    }
  }

  /** Hosts that tokens are for, and others that identities have updated. */
  names(): string[] {
    const hosts = new Set(this.tokens.hosts())
    for (const [host, { identity }] of this.records) {
      if (this.settings.isIdentity(identity)) hosts.add(host)
    }
    return [...hosts]
  }

  /** In the order of their names. */
  all(): HostState[] {
    return this.names()
      .sort()
      .map((host) => this.of(host))
  }

  /** @param host in small letters, without the dot at its end */
  of(host: string): HostState {
    const now = this.clock.nowMilliseconds()
    const record = this.records.get(host) ?? new HostRecord()
    const lastSeen = record.lastSeen ?? seenBefore(this.tokens.lastUseOf(host))
    return {
      host,
      ...this.judge(host, record, lastSeen, now),
      hints: hintsOf(record, now),
      lastSeen,
      failures: record.failures,
      lastFailure: record.lastFailure,
      changes: record.changesOf(now).length,
      repeats: record.repeats.count(now),
    }
  }

  private judge(
    host: string,
    record: HostRecord,
    lastSeen: Seen | undefined,
    now: number,
  ): Pick<HostState, 'condition' | 'words'> {
    if (this.settings.isBlocked(host)) {
      return { condition: 'blocked', words: 'blocked by the operator, in the configuration' }
    }
    const failing = failingWords(record, now)
    if (failing !== undefined) return { condition: 'failing', words: failing }
    const flapping = record.flapping(now)
    if (flapping !== undefined) {
      const { changes, addresses } = flapping
      const words = `${changes} changes in an hour, to ${addresses.join(' and ')}: two devices update this host`
      return { condition: 'flapping', words }
    }
    if (lastSeen === undefined) {
      return { condition: 'unseen', words: 'nothing has updated it yet' }
    }
    const silence = now - lastSeen.time
    const usual = record.usualGap
    if (silence > this.patience(usual)) {
      const rest = usual === undefined ? '' : `; it used to come every ${durationText(usual)}`
      return { condition: 'stale', words: `not seen for ${durationText(silence)}${rest}` }
    }
    const { address } = lastSeen
    return { condition: 'ok', words: `seen ${durationText(silence)} ago, from ${address}` }
  }

  private patience(usual: number | undefined): number {
    const { staleSeconds } = this.settings
    if (staleSeconds !== undefined) return staleSeconds * 1000
    return usual === undefined ? SILENCE : Math.min(SILENCE, Math.max(DAY, USUAL_TIMES * usual))
  }

  /** Somebody who proved nothing says that it is about hosts of ours. */
  private claimed(attempt: Attempt, { fault, why, hosts }: Failed): void {
    for (const host of new Set(hosts)) {
      if (!this.records.has(host) && !this.tokens.isForHost(host)) continue
      const record = this.recordOf(host)
      const { lastGood } = record
      const isUpdated = lastGood !== undefined && attempt.time - lastGood.time < HOUR
      // While the host is updated, whoever fails elsewhere is not the host.
      if (isUpdated && sourceOf(lastGood.address) !== sourceOf(attempt.address)) {
        record.strangers.add(attempt.time)
      } else {
        record.failed(attempt, fault, why)
      }
    }
  }

  private recordOf(host: string): HostRecord {
    const record = this.records.get(host) ?? new HostRecord()
    // Last in the order of insertion.
    this.records.delete(host)
    this.records.set(host, record)
    if (this.records.size > MOST_HOSTS) {
      // There is one.
      const oldest = this.records.keys().next().value as string
      this.records.delete(oldest)
    }
    return record
  }
}

type Failed = Extract<Attempt['result'], { kind: 'failed' }>

const note = (
  record: HostRecord,
  attempt: Attempt,
  fault: Fault,
  why: string | undefined,
): void => {
  record.saw(attempt, fault)
  // Trouble of ours, and what comes too often, is no fault of how the client is set up.
  if (fault !== 'trouble' && fault !== 'throttled') record.failed(attempt, fault, why)
}

const noteHost = (
  record: HostRecord,
  attempt: Attempt,
  host: string,
  hosts: readonly HostAttempt[],
): void => {
  // The client's only host stands for what it named instead.
  const own = hosts.find((one) => one.host === host) ?? hosts[0]
  if (own === undefined) return
  if (own.kind === 'refused') note(record, attempt, own.fault, own.why)
  else record.succeeded(attempt, own.kind, own.before, own.after)
}

const seenBefore = (use: TokenUse | undefined): Seen | undefined =>
  use && { time: use.time, address: use.source, agent: use.agent, outcome: undefined }

/** Undefined where it does not fail, or has not tried for a day. */
const failingWords = (
  { failures, lastFailure, lastGood }: HostRecord,
  now: number,
): string | undefined => {
  const least = lastGood === undefined ? 1 : MANY_FAILURES
  if (failures < least || lastFailure === undefined) return undefined
  const age = now - lastFailure.time
  if (age > DAY) return undefined
  const { why, outcome, address } = lastFailure
  const often = failures === 1 ? 'its request failed' : `${failures} requests in a row failed`
  return `${often}, the last ${durationText(age)} ago from ${address}: ${why ?? outcome}`
}

const hintsOf = ({ repeats, strangers }: HostRecord, now: number): string[] => {
  const many = repeats.count(now)
  const logins = strangers.count(now)
  return [
    ...(many > MANY_REPEATS
      ? [`${many} updates of the last hour changed nothing: let the device send fewer.`]
      : []),
    ...(logins > 0
      ? [`${logins} logins for it from elsewhere failed in the last hour, while it was updated.`]
      : []),
  ]
}
