/**
 * What strangers, and clients gone wild, may ask for. Nothing of it is on disk, and a client that
 * proves who it is is never held back for what others at its address do.
 */
import type { Clock } from '../base/clock.ts'
import { Allowances } from './allowances.ts'
import { LoginBlocks } from './login-blocks.ts'

const DAY = 24 * 60

export class Throttles {
  /** Of changes, by host and family. */
  readonly changes: Allowances
  readonly daily: Allowances
  /** Of requests that change nothing, by host. */
  readonly repeats: Allowances
  /** Requests without credentials, of a source: no failed logins. */
  readonly probes: Allowances
  readonly echoes: Allowances
  readonly logins: LoginBlocks

  constructor(clock: Clock) {
    this.changes = new Allowances(clock, { burst: 6, perMinute: 1 })
    this.daily = new Allowances(clock, { burst: 200, perMinute: 200 / DAY })
    this.repeats = new Allowances(clock, { burst: 10, perMinute: 60 })
    this.probes = new Allowances(clock, { burst: 120, perMinute: 120 })
    this.echoes = new Allowances(clock, { burst: 60, perMinute: 60 })
    this.logins = new LoginBlocks(clock)
  }
}
