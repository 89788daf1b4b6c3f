/**
 * What web clients tried: each request to a dialect is one attempt, told once to whoever listens, and
 * the last of them are kept in memory. No secret is in any. Strangers have a ring of their own and fill
 * it only so fast, so that they push out nothing of a client that has proved who it is.
 */
import type { Clock } from '../base/clock.ts'
import { perSecond } from '../server/per-second.ts'
import type { Addresses } from './engine.ts'
import type { Fault } from './fault.ts'

/** What became of one host. */
export type HostAttempt =
  | {
      readonly kind: 'good' | 'nochg'
      /** Without the dot at its end, in small letters. */
      readonly host: string
      readonly before: Addresses
      readonly after: Addresses
    }
  | {
      readonly kind: 'refused'
      /** As the client wrote it. */
      readonly host: string
      readonly fault: Fault
      readonly why: string | undefined
      /** `A 198.51.100.1`, `no AAAA` */
      readonly asked: readonly string[]
    }

export type AttemptResult =
  /** In the order of the request; some may have been refused. */
  | { readonly kind: 'hosts'; readonly hosts: readonly HostAttempt[] }
  /** The request as a whole. */
  | {
      readonly kind: 'failed'
      readonly fault: Fault
      readonly why: string
      /** What it said that it was about, where names could be read. */
      readonly hosts: readonly string[]
    }

/** One request to a dialect, and what came of it. */
export interface Attempt {
  /** Counted from 1, and never given twice while the server runs. */
  readonly number: number
  /** Milliseconds since 1970. */
  readonly time: number
  /** How long it took. */
  readonly milliseconds: number
  /** Of the client, also behind a proxy that is trusted. */
  readonly address: string
  readonly port: number
  readonly transport: 'http' | 'https'
  /** What the client says that it is; the first hundred characters of it. */
  readonly agent: string
  /** `dyndns2`, `duckdns` and so on. */
  readonly dialect: string
  /** The token, or the fleet and its device, whose secret it was, also when it is no longer taken. */
  readonly identity: string | undefined
  /** Hosts of that identity that it says something of: those that it names, or else the only one. */
  readonly concerns: readonly string[]
  readonly result: AttemptResult
}

export type AttemptListener = (attempt: Attempt) => void

/** Kept of clients with a secret of ours, and as many of others. */
export const MOST_ATTEMPTS = 500
const STRANGERS_PER_SECOND = 10

export class Attempts {
  private readonly ofKnown: Attempt[] = []
  private readonly ofStrangers: Attempt[] = []
  private readonly listeners = new Set<AttemptListener>()
  private readonly mayStrangerAdd: () => boolean
  private count = 0

  constructor(clock: Clock) {
    this.mayStrangerAdd = perSecond(clock, STRANGERS_PER_SECOND)
  }

  /** Of somebody whose secret is one of ours. */
  add(attempt: Omit<Attempt, 'number'>): void {
    this.keep(this.ofKnown, attempt)
  }

  /** Of anybody else. @param attempt is not called where there are too many in this second */
  addStranger(attempt: () => Omit<Attempt, 'number'>): void {
    if (this.mayStrangerAdd()) this.keep(this.ofStrangers, attempt())
  }

  /**
   * @param listener is told of each that is kept from now on, and must not throw
   * @returns how to end it
   */
  subscribe(listener: AttemptListener): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  /**
   * Those that are kept, the oldest first.
   * @param after the number of the last one that is known already
   */
  since(after = 0): Attempt[] {
    return [...this.ofKnown, ...this.ofStrangers]
      .filter(({ number }) => number > after)
      .sort((a, b) => a.number - b.number)
  }

  private keep(ring: Attempt[], made: Omit<Attempt, 'number'>): void {
    this.count++
    const attempt = { ...made, number: this.count }
    ring.push(attempt)
    if (ring.length > MOST_ATTEMPTS) ring.shift()
    for (const listener of this.listeners) listener(attempt)
  }
}

/** What it named, whatever came of it. */
export const hostsOfResult = (result: AttemptResult): readonly string[] =>
  result.kind === 'hosts' ? result.hosts.map(({ host }) => host) : result.hosts
