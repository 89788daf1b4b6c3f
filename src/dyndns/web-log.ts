/** What the log says of web clients: lines of the same shape as an UPDATE's, and no secrets. */
import type { WebIdentity } from '../access/web-identity.ts'
import { anonymous, principalText } from '../access/principal.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { quietLog } from '../server/quiet-log.ts'
import { logUpdate } from '../server/update-log.ts'
import { refusal, refused, type Refusal } from '../update/verdict.ts'
import { Rcode, RrClass, RrType } from '../wire/codes.ts'
import type { Author } from '../zone/changeset.ts'
import { StoreError } from '../zone/zone.ts'
import type { Told } from './attempt-of.ts'
import type { HostAttempt } from './attempts.ts'
import type { ZoneEvent } from './engine.ts'
import { codeFor, rcodeFor, type Fault, type FaultCode } from './fault.ts'
import type { WebRequest } from './request.ts'

export interface WebEvent {
  readonly request: WebRequest
  readonly identity: WebIdentity
  readonly started: number
  readonly agent: string
}

/** Of clients without a proven secret, and of those that change nothing. */
const LINES_PER_SECOND = 10

/** What the engine has not told of. */
const STRANGE: ReadonlySet<Fault> = new Set<Fault>(['nohost', 'notfqdn', 'abuse'])

export class WebLog {
  private readonly log: Log
  private readonly quiet: Log
  private readonly clock: Clock

  constructor(log: Log, clock: Clock) {
    this.log = log
    this.quiet = quietLog(log, clock, LINES_PER_SECOND)
    this.clock = clock
  }

  author({ address, port, transport }: WebRequest, { name }: WebIdentity): Author {
    return {
      principal: principalText({ kind: 'token', name }),
      source: `${address}#${port}`,
      transport,
    }
  }

  /** What was committed in a zone, or refused there. */
  zone({ request, identity, started, agent }: WebEvent, { zone, result }: ZoneEvent): void {
    logUpdate(this.log, {
      principal: { kind: 'token', name: identity.name },
      source: `${request.address}#${request.port}`,
      transport: request.transport,
      web: { answer: undefined, agent },
      milliseconds: this.clock.monotonicMilliseconds() - started,
      zone: { name: zone.apex, type: RrType.SOA, class: RrClass.IN },
      result,
    })
  }

  /** What came to no zone: hosts that are not the client's, requests that make no sense, trouble of ours. */
  attempt(attempt: Told): void {
    const { result } = attempt
    if (result.kind === 'failed') {
      const { fault, why } = result
      this.refused(attempt, refusal(rcodeFor(fault), why), codeFor(fault))
      return
    }
    const strange = result.hosts.filter(isStrange)
    const [first] = strange
    if (first === undefined) return
    const words = strange.map(({ host, fault }) => `${host}: ${fault}`).join(', ')
    this.refused(attempt, refusal(Rcode.REFUSED, words), codeFor(first.fault))
  }

  /** @returns in words what the world or a bug of ours kept from being done; the bug is logged */
  failure(error: unknown): string {
    if (error instanceof StoreError) return error.message
    this.log.error({ err: error }, 'a web update failed; please report this line')
    return 'a bug; please report this line'
  }

  private refused(attempt: Told, why: Refusal, code: FaultCode): void {
    const { identity, address, port, transport, agent, milliseconds } = attempt
    // Who has a secret that is not taken has proved nothing.
    const isProven = identity !== undefined && code !== 'badauth'
    logUpdate(why.rcode === Rcode.SERVFAIL ? this.log : this.quiet, {
      principal: isProven ? { kind: 'token', name: identity } : anonymous,
      source: `${address}#${port}`,
      transport,
      zone: undefined,
      result: refused(why),
      web: { answer: code, agent },
      milliseconds,
    })
  }
}

const isStrange = (one: HostAttempt): one is Extract<HostAttempt, { kind: 'refused' }> =>
  one.kind === 'refused' && STRANGE.has(one.fault)
