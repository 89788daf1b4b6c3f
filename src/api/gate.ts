/** Who may call at all: asked before a body is read, and with nothing written anywhere. */
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../base/counters.ts'
import type { Log } from '../base/log.ts'
import type { WebRequest } from '../dyndns/request.ts'
import { sourceOf } from '../dyndns/source.ts'
import type { Throttles } from '../dyndns/throttles.ts'
import { quietLog } from '../server/quiet-log.ts'
import type { Caller, Callers } from './callers.ts'
import { ApiRefusal, tooMany } from './problem.ts'

/** Of callers without good credentials. */
const LINES_PER_SECOND = 10

export interface GateParts {
  readonly callers: Callers
  readonly throttles: Pick<Throttles, 'probes' | 'logins'>
  readonly clock: Clock
  readonly log: Log
  readonly counters: Counters
}

export class Gate {
  private readonly parts: GateParts
  private readonly log: Log

  constructor(parts: GateParts) {
    this.parts = parts
    this.log = quietLog(parts.log, parts.clock, LINES_PER_SECOND)
  }

  /** @throws ApiRefusal, the same for whatever is wrong with the credentials */
  caller(request: WebRequest): Caller {
    const { address, authorization } = request
    if (authorization === '') {
      this.stranger(request)
      throw unauthorized('send a token: Authorization: Bearer TOKEN')
    }
    const found = this.parts.callers.find(request)
    if (found.ok) return found.caller
    this.parts.counters.add('web logins failed')
    const verdict = this.parts.throttles.logins.failed(address)
    if (verdict.kind === 'blocked') throw tooMany(verdict.milliseconds, 'too many logins failed')
    this.log.info({ source: address, reason: found.why }, 'no login to the API')
    throw unauthorized('these credentials are not taken')
  }

  /** Takes from what somebody without credentials may ask for. */
  stranger({ address }: WebRequest): void {
    const wait = this.parts.throttles.probes.take(sourceOf(address))
    if (wait > 0) throw tooMany(wait, 'too many requests')
  }
}

/** RFC 6750 §3 */
const unauthorized = (detail: string): ApiRefusal =>
  new ApiRefusal(401, detail, {}, { 'www-authenticate': 'Bearer realm="livezone"' })
