/** One request of a web client, from plain data to plain data: the road that all dialects share. */
import type { Identities } from '../access/identities.ts'
import type { FoundToken } from '../access/tokens.ts'
import type { Clock } from '../base/clock.ts'
import type { Counters } from '../base/counters.ts'
import { durationText } from '../base/duration-text.ts'
import type { Log } from '../base/log.ts'
import { foldedName, type Name } from '../wire/name.ts'
import type { ZoneStore } from '../zone/zone.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { claimedHosts, concernsOf, requestToldOf, resultToldOf, type Told } from './attempt-of.ts'
import { hostsOfResult, type Attempts } from './attempts.ts'
import type { Credentials } from './credentials.ts'
import type { Asked, Asking, Dialect, HostAnswer, Outcome, RequestRefusal } from './dialect.ts'
import { routeOf, type Route } from './dialects.ts'
import { dyndns2 } from './dyndns2.ts'
import { applyWishes, type EngineParts, type HostResult, type WebZone } from './engine.ts'
import type { Fault } from './fault.ts'
import type { HostWish } from './host-changes.ts'
import { MOST_HOSTS, type Host } from './hosts.ts'
import { echoAnswer } from './ip-echo.ts'
import { Parameters } from './parameters.ts'
import { answer, retryAfter, type WebAnswer, type WebRequest } from './request.ts'
import { sourceOf, sourceText } from './source.ts'
import type { Throttles } from './throttles.ts'
import { WebLog, type WebEvent } from './web-log.ts'

export interface WebSettings {
  /** Of what web clients write, in seconds. */
  readonly ttl: number
  /** Whether credentials in a URL count. */
  readonly queryCredentials: boolean
  /** Whether a path that is no dialect's is taken for dyndns2 when it comes with credentials. */
  readonly anyPath: boolean
  /** Hosts that no client may change. */
  readonly blocked: readonly Name[]
  /** What is in the User-Agent of clients that may change nothing, whatever the case. */
  readonly blockedAgents: readonly string[]
}

export interface WebParts {
  readonly zones: ZoneSet<WebZone>
  readonly identities: Identities
  readonly settings: WebSettings
  readonly store: ZoneStore
  readonly throttles: Throttles
  readonly attempts: Attempts
  readonly clock: Clock
  readonly log: Log
  readonly counters: Counters
}

/** Methods by which clients update; HEAD and the like change nothing. */
const METHODS = new Set(['GET', 'POST', 'PUT'])

/** Paths that are never an update, whatever the credentials. */
const RESERVED = /^\/(api|ui)\//

export class WebService {
  private readonly parts: WebParts
  private readonly log: WebLog
  private readonly engine: EngineParts
  private readonly blockedAgents: readonly string[]

  constructor(parts: WebParts) {
    this.parts = parts
    this.log = new WebLog(parts.log, parts.clock)
    const { zones, store, throttles, settings } = parts
    const blocked = new Set(settings.blocked.map(foldedName))
    const isBlocked = (host: Name): boolean => blocked.has(foldedName(host))
    this.blockedAgents = settings.blockedAgents.map((agent) => agent.toLowerCase())
    this.engine = { zones, store, throttles, ttlSeconds: settings.ttl, isBlocked }
  }

  /** @returns undefined for what no dialect is for */
  async answer(request: WebRequest): Promise<WebAnswer | undefined> {
    const echo = this.echo(request)
    if (echo !== undefined) return echo
    const parameters = new Parameters(request.query, request.form)
    const route = routeOf(request, parameters) ?? this.anyRoute(request, parameters)
    if (route === undefined) return undefined
    this.parts.counters.add('web requests')
    if (!METHODS.has(request.method))
      return answer(405, 'method not allowed', { allow: 'GET, POST, PUT' })
    // A page of somebody else's made a browser ask, with the credentials that it remembers.
    if (request.fetchSite === 'cross-site') return answer(403, 'not from another site')
    const asking = { request, parameters, path: route.path }
    return this.update(route.dialect, asking)
  }

  private echo(request: WebRequest): WebAnswer | undefined {
    const found = echoAnswer(request)
    if (found === undefined) return undefined
    const wait = this.parts.throttles.echoes.take(sourceOf(request.address))
    return wait === 0 ? found : answer(429, 'too many requests', retryAfter(wait / 1000))
  }

  /** Many who mistype the path have the rest right. */
  private anyRoute(request: WebRequest, parameters: Parameters): Route | undefined {
    const { anyPath } = this.parts.settings
    if (!anyPath || request.method !== 'GET' || RESERVED.test(request.path)) return undefined
    if (dyndns2.credentials({ request, parameters, path: {} }, true) === undefined) return undefined
    return parameters.first('hostname') === undefined ? undefined : { dialect: dyndns2, path: {} }
  }

  private async update(dialect: Dialect, asking: Asking): Promise<WebAnswer> {
    const started = this.parts.clock.monotonicMilliseconds()
    const { request } = asking
    const credentials = dialect.credentials(asking, this.parts.settings.queryCredentials)
    if (credentials === undefined) return this.challenge(dialect, asking)
    const found = this.parts.identities.find(credentials, request.address)
    if (!found.ok) return this.failedLogin(dialect, asking, credentials, found)
    const { identity } = found
    found.use(request.address, request.userAgent)
    const told = requestToldOf(request, dialect)
    const hosts = dialect.hosts(asking, credentials, identity)
    const event = { request, identity, started, agent: told.agent }
    const outcome = await this.outcome(dialect, asking, hosts, event).catch(
      (error: unknown): Later => ({
        kind: 'later',
        seconds: OWN_TROUBLE_SECONDS,
        fault: 'trouble',
        why: this.log.failure(error),
      }),
    )
    const result = resultToldOf(outcome, hosts)
    const whose = { identity: identity.name, concerns: concernsOf(identity, hostsOfResult(result)) }
    const attempt = { ...told, ...this.times(started), ...whose, result }
    this.log.attempt(attempt)
    this.parts.attempts.add(attempt)
    return dialect.say(outcome, asking)
  }

  private times(started: number): Pick<Told, 'time' | 'milliseconds'> {
    const { clock } = this.parts
    return {
      time: clock.nowMilliseconds(),
      milliseconds: clock.monotonicMilliseconds() - started,
    }
  }

  /** A client that asks first is answered with the question for its credentials, and has not failed. */
  private challenge(dialect: Dialect, asking: Asking): WebAnswer {
    const wait = this.parts.throttles.probes.take(sourceOf(asking.request.address))
    if (wait > 0) return tooMany(wait)
    const why = 'the request has no credentials'
    this.stranger(dialect, asking, NOBODY, { fault: 'no-credentials', why, identity: undefined })
    return dialect.say({ kind: 'badauth' }, asking)
  }

  private failedLogin(
    dialect: Dialect,
    asking: Asking,
    credentials: Credentials,
    problem: FailedLogin,
  ): WebAnswer {
    this.parts.counters.add('web logins failed')
    const { address } = asking.request
    const verdict = this.parts.throttles.logins.failed(address)
    if (verdict.kind === 'may-retry') {
      this.stranger(dialect, asking, credentials, problem)
      return dialect.say({ kind: 'badauth' }, asking)
    }
    const { milliseconds, isNew } = verdict
    if (isNew) {
      const why = `too many logins of ${sourceText(address)} failed: no more for ${durationText(milliseconds)}`
      const blocked = { fault: 'throttled', why, identity: undefined } as const
      this.stranger(dialect, asking, credentials, blocked)
    }
    return tooMany(milliseconds)
  }

  /** Of a client whose secret, if there is one, is not taken. */
  private stranger(
    dialect: Dialect,
    asking: Asking,
    credentials: Credentials,
    { fault, why, identity }: Problem,
  ): void {
    const { attempts } = this.parts
    const told = {
      ...requestToldOf(asking.request, dialect),
      time: this.parts.clock.nowMilliseconds(),
      milliseconds: 0,
      identity: identity?.name,
      concerns: [],
    }
    const failed = { kind: 'failed', fault, why } as const
    this.log.attempt({ ...told, result: { ...failed, hosts: [] } })
    const attempt = (): Told => {
      const hosts = claimedHosts(dialect, asking, credentials)
      const concerns = identity === undefined ? [] : concernsOf(identity, hosts)
      return { ...told, concerns, result: { ...failed, hosts } }
    }
    if (identity === undefined) attempts.addStranger(attempt)
    else attempts.add(attempt())
  }

  private async outcome(
    dialect: Dialect,
    asking: Asking,
    hosts: readonly Host[],
    event: WebEvent,
  ): Promise<Exclude<Outcome, { kind: 'badauth' }>> {
    const early = dialect.check?.(asking)
    if (early !== undefined) return early
    const agent = event.request.userAgent.toLowerCase()
    const blocked = this.blockedAgents.find((one) => agent.includes(one))
    if (blocked !== undefined) {
      const why = `clients that call themselves "${blocked}" are blocked by the operator`
      return refusal('badagent', 'blocked-agent', why)
    }
    if (hosts.length === 0) return refusal('notfqdn', 'notfqdn', 'the request names no host')
    if (hosts.length > MOST_HOSTS) {
      return refusal('numhost', 'numhost', `more than ${MOST_HOSTS} hosts`)
    }
    const asked: { host: Host; ask: Asked }[] = []
    for (const host of hosts) {
      const ask = dialect.ask(asking, host)
      if (!ask.ok) return refusal('dnserr', ask.fault, ask.why)
      asked.push({ host, ask })
    }
    const wishes = asked.flatMap(({ host, ask }): HostWish[] =>
      host.kind === 'host' ? [{ ...ask, name: host.name }] : [],
    )
    const { request, identity } = event
    const author = this.log.author(request, identity)
    const client = { identity, address: request.address, author }
    const done = await applyWishes(this.engine, client, wishes, (told) => {
      this.log.zone(event, told)
    })
    if (done.kind === 'dnserr') return refusal('dnserr', 'unpublishable', done.why)
    if (done.kind === 'busy') {
      const { milliseconds, why } = done
      return { kind: 'later', seconds: milliseconds / 1000, fault: 'throttled', why }
    }
    const results = done.hosts.values()
    const answers = asked.map(({ host, ask }): HostAnswer => {
      const result = host.kind === 'host' ? results.next().value : undefined
      return { host, ask, result: result ?? UNKNOWN }
    })
    return { kind: 'hosts', hosts: answers }
  }
}

type Later = Extract<Outcome, { kind: 'later' }>
type FailedLogin = Extract<FoundToken, { ok: false }>

/** Why nobody was let in, and whose secret it was. */
interface Problem extends Pick<FailedLogin, 'why' | 'identity'> {
  readonly fault: FailedLogin['fault'] | 'no-credentials' | 'throttled'
}

const NOBODY: Credentials = { user: '', secret: '' }

/** Until a client that met trouble of ours should come again. */
const OWN_TROUBLE_SECONDS = 60

const UNKNOWN: HostResult = { kind: 'unknown' }

const refusal = (code: RequestRefusal, fault: Fault, why: string) =>
  ({ kind: 'refused', code, fault, why }) as const

const tooMany = (milliseconds: number): WebAnswer =>
  answer(429, 'too many requests', retryAfter(milliseconds / 1000))
