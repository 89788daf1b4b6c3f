/** The web side without sockets: a zone in memory, tokens, a clock that stands still. */
import { Identities, type Fleet } from '../../src/access/identities.ts'
import { Tokens, type TokenScope } from '../../src/access/tokens.ts'
import { ZonePolicy } from '../../src/access/zone-policy.ts'
import type { Rule } from '../../src/access/rule.ts'
import { Counters } from '../../src/base/counters.ts'
import { addressSetOf } from '../../src/config/networks.ts'
import { Attempts } from '../../src/dyndns/attempts.ts'
import type { WebZone } from '../../src/dyndns/engine.ts'
import type { WebAnswer, WebRequest } from '../../src/dyndns/request.ts'
import { WebService, type WebSettings } from '../../src/dyndns/service.ts'
import { Throttles } from '../../src/dyndns/throttles.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { Usage } from '../../src/update/usage.ts'
import { ZoneBudgets } from '../../src/update/zone-budgets.ts'
import { UpdateRates } from '../../src/access/update-rates.ts'
import { recordToText } from '../../src/text/record-text.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { serialOfApex } from '../../src/zone/soa.ts'
import type { TokenStore } from '../../src/zone/token-store.ts'
import type { JournalEntry, ZoneStore, ZoneView } from '../../src/zone/zone.ts'
import { ZoneSet } from '../../src/zone/zone-set.ts'
import { FakeClock } from './clock.ts'
import { recordingLog, type LogLine } from './log.ts'
import { loadZone, name } from './service.ts'

export const DYN_ZONE = `
$TTL 3600
@   IN SOA ns1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 60
@   IN NS  ns1
ns1 IN A   192.0.2.53
`

/** Where requests come from unless they say otherwise. */
export const CLIENT = '203.0.113.77'

export interface WebWishes {
  readonly settings?: Partial<WebSettings>
  readonly fleets?: readonly Fleet[]
  readonly store?: ZoneStore & TokenStore
}

export class TestWeb {
  readonly clock = new FakeClock()
  readonly store: ZoneStore & TokenStore
  readonly zones = new ZoneSet<WebZone>()
  readonly tokens: Tokens
  readonly attempts = new Attempts(this.clock)
  readonly throttles = new Throttles(this.clock)
  readonly counters = new Counters()
  readonly lines: LogLine[]
  readonly service: WebService

  /** `dyn.example.`, and nobody who may change it. */
  constructor({ settings = {}, fleets = [], store }: WebWishes = {}) {
    this.store = store ?? new MemoryStore(this.clock)
    const { log, lines } = recordingLog()
    this.lines = lines
    this.tokens = new Tokens(this.store, this.clock, log, addressSetOf)
    const { zones, clock, counters } = this
    this.service = new WebService({
      zones,
      identities: new Identities(this.tokens, fleets),
      settings: {
        ttl: 60,
        queryCredentials: true,
        anyPath: true,
        blocked: [],
        blockedAgents: [],
        ...settings,
      },
      store: this.store,
      throttles: this.throttles,
      attempts: this.attempts,
      clock,
      log,
      counters,
    })
    this.addZone('dyn.example.', DYN_ZONE)
  }

  addZone(
    apex: string,
    text: string,
    { rules = [], strict = false, takesPrivate = false, mostNames }: ZoneWishes = {},
  ): ZoneView {
    const view = loadZone(this.store, apex, text)
    const policy = new ZonePolicy(name(apex), rules)
    const usage = new Usage()
    this.store.observe(usage)
    const ceiling = { names: mostNames, records: undefined }
    const rates = new UpdateRates(this.clock)
    const budgets = new ZoneBudgets(policy, new Map(), ceiling, usage, rates)
    budgets.watch(view)
    this.zones.add({ apex: name(apex), view, policy, strict, takesPrivate, budgets })
    return view
  }

  /** A token for the hosts, by its secret. */
  token(hosts: string, more: Partial<TokenScope> = {}): string {
    const list = hosts.split(' ')
    return this.tokens.create({
      name: list[0] ?? '',
      hosts: list,
      below: false,
      types: ['A', 'AAAA'],
      from: [],
      ...more,
    })
  }

  async ask(url: string, more: Partial<WebRequest> = {}): Promise<WebAnswer> {
    const answer = await this.service.answer(webRequest(url, more))
    return answer ?? { status: 404, headers: {}, body: '' }
  }

  /** With Basic credentials; `200 good 203.0.113.1`, as it came out. */
  async get(url: string, secret: string, more: Partial<WebRequest> = {}): Promise<string> {
    const { status, body } = await this.ask(url, { authorization: basic('home', secret), ...more })
    return `${status} ${body}`
  }

  /** `60 A 203.0.113.1`, each record of the name in the order of its text. */
  records(host: string): string[] {
    const zone = this.zones.enclosing(name(host))
    const node = zone?.view?.get(nameKeyOf(name(host)))
    return (node?.rrsets ?? [])
      .flatMap(({ type, ttl, rdatas }) =>
        rdatas.map((rdata) => {
          const [, ttlText, , ...rest] = recordToText(name(host), ttl, type, rdata).split(/\s+/)
          return [ttlText, ...rest].join(' ')
        }),
      )
      .sort()
  }

  /** The oldest first. */
  journal(apex = 'dyn.example.'): JournalEntry[] {
    return [...this.store.journal(this.view(apex))]
  }

  serial(apex = 'dyn.example.'): number {
    const view = this.view(apex)
    return serialOfApex(view.get(view.apexKey))
  }

  view(apex = 'dyn.example.'): ZoneView {
    const view = this.store.zone(name(apex))
    if (view === undefined) throw new Error(`no zone ${apex}`)
    return view
  }
}

interface ZoneWishes {
  readonly rules?: readonly Rule[]
  readonly strict?: boolean
  readonly takesPrivate?: boolean
  readonly mostNames?: number
}

export const basic = (user: string, secret: string): string =>
  `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`

export const webRequest = (url: string, more: Partial<WebRequest> = {}): WebRequest => {
  const [path = '', ...query] = url.split('?')
  return {
    method: 'GET',
    path,
    query: query.join('?'),
    form: '',
    host: 'dyn.example',
    authorization: '',
    userAgent: 'test/1.0',
    fetchSite: '',
    address: CLIENT,
    port: 50_000,
    transport: 'https',
    ...more,
  }
}
