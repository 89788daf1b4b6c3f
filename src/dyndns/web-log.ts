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
import type { Outcome, RequestRefusal } from './dialect.ts'
import { codeOf } from './dyndns2.ts'
import type { ZoneEvent } from './engine.ts'
import type { WebRequest } from './request.ts'

export interface WebEvent {
  readonly request: WebRequest
  readonly identity: WebIdentity
  readonly started: number
}

/** Of clients without a proven secret, and of those that change nothing. */
const LINES_PER_SECOND = 10

/** Characters of what a client says that it is. */
const MOST_AGENT = 100

const RCODES: Readonly<Record<RequestRefusal, Refusal['rcode']>> = {
  notfqdn: Rcode.FORMERR,
  numhost: Rcode.FORMERR,
  dnserr: Rcode.FORMERR,
  badagent: Rcode.REFUSED,
}

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
  zone(event: WebEvent, { zone, result }: ZoneEvent): void {
    const question = { name: zone.apex, type: RrType.SOA, class: RrClass.IN }
    logUpdate(this.log, { ...this.fields(event), zone: question, result })
  }

  /** What came to no zone: hosts that are not the client's, and requests that make no sense. */
  outcome(event: WebEvent, outcome: Exclude<Outcome, { kind: 'badauth' }>): void {
    if (outcome.kind === 'hosts') {
      const strange = outcome.hosts.filter(({ result }) => result.kind === 'unknown')
      if (strange.length === 0) return
      const texts = strange.map((one) => `${one.host.text}: ${codeOf(one)}`)
      this.refused(event, refusal(Rcode.REFUSED, texts.join(', ')), 'nohost')
    } else if (outcome.kind === 'refused') {
      this.refused(event, refusal(RCODES[outcome.code], outcome.why), outcome.code)
    } else {
      this.refused(event, refusal(Rcode.REFUSED, outcome.why), '911')
    }
  }

  /** What the world or a bug of ours kept from being done. */
  failure(event: WebEvent, error: unknown): void {
    const isWorld = error instanceof StoreError
    const why = isWorld ? error.message : 'a bug; please report this line'
    const result = refused(refusal(Rcode.SERVFAIL, why))
    logUpdate(this.log, { ...this.fields(event, '911'), zone: undefined, result })
    if (!isWorld) this.log.error({ err: error }, 'a web update failed; please report this line')
  }

  /** A request of somebody who has not proved anything. */
  stranger(request: WebRequest, why: string): void {
    logUpdate(this.quiet, {
      principal: anonymous,
      source: `${request.address}#${request.port}`,
      transport: request.transport,
      zone: undefined,
      result: refused(refusal(Rcode.NOTAUTH, why)),
      web: { answer: 'badauth', agent: agentOf(request) },
      milliseconds: 0,
    })
  }

  private refused(event: WebEvent, why: Refusal, code: string): void {
    const result = refused(why)
    logUpdate(this.quiet, { ...this.fields(event, code), zone: undefined, result })
  }

  private fields({ request, identity, started }: WebEvent, code?: string) {
    return {
      principal: { kind: 'token', name: identity.name } as const,
      source: `${request.address}#${request.port}`,
      transport: request.transport,
      web: { answer: code, agent: agentOf(request) },
      milliseconds: this.clock.monotonicMilliseconds() - started,
    }
  }
}

const agentOf = ({ userAgent }: WebRequest): string => userAgent.slice(0, MOST_AGENT)
