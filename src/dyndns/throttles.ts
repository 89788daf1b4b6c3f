/**
 * What strangers, and clients gone wild, may ask for. Nothing of it is on disk, and a client that
 * proves who it is is never held back for what others at its address do.
 */
import type { Clock } from '../base/clock.ts'
import { toHex } from '../base/bytes.ts'
import { ipv6FromText } from '../text/address-text.ts'
import { Allowances } from './allowances.ts'

const HOUR = 60
const DAY = 24 * HOUR

export class Throttles {
  /** Of changes, by host and family. */
  readonly changes: Allowances
  readonly daily: Allowances
  /** Of requests that change nothing, by host. */
  readonly repeats: Allowances
  /** Requests without credentials, of a source: no failed logins. */
  readonly probes: Allowances
  readonly echoes: Allowances
  private readonly failures: Allowances
  private readonly hourly: Allowances

  constructor(clock: Clock) {
    this.changes = new Allowances(clock, { burst: 6, perMinute: 1 })
    this.daily = new Allowances(clock, { burst: 200, perMinute: 200 / DAY })
    this.repeats = new Allowances(clock, { burst: 10, perMinute: 60 })
    this.probes = new Allowances(clock, { burst: 120, perMinute: 120 })
    this.echoes = new Allowances(clock, { burst: 60, perMinute: 60 })
    this.failures = new Allowances(clock, { burst: 10, perMinute: 10 })
    this.hourly = new Allowances(clock, { burst: 100, perMinute: 100 / HOUR })
  }

  /**
   * Counts a login that failed.
   * @returns 0, or the milliseconds after which the source may try again
   */
  failed(source: string): number {
    return Math.max(this.failures.take(source), this.hourly.take(source))
  }
}

/** A client's network, as one account: IPv6 hands out a /64 to everybody. */
export const sourceOf = (address: string): string => {
  const octets = ipv6FromText(address)
  return octets === undefined ? address : toHex(octets.subarray(0, 8))
}
