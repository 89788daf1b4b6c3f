/** The web page without sockets: users, a zone in memory, and browsers that keep cookies and send forms. */
import { KeyUses } from '../../src/access/key-uses.ts'
import { Keyring } from '../../src/access/keyring.ts'
import { Passwords } from '../../src/access/passwords.ts'
import { Sessions } from '../../src/access/sessions.ts'
import { Users } from '../../src/access/users.ts'
import { HostStates } from '../../src/dyndns/host-states.ts'
import { Streams } from '../../src/page/event-stream.ts'
import { pageRoutes } from '../../src/page/page-routes.ts'
import type { PageParts, PageZone } from '../../src/page/parts.ts'
import { Rejections } from '../../src/server/rejections.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { SecondaryReport } from '../../src/transfer/secondary-report.ts'
import { createWeb } from '../../src/web/web-server.ts'
import type { ZoneSet } from '../../src/zone/zone-set.ts'
import { recordingLog } from './log.ts'
import { TestWeb } from './web.ts'

export const PASSWORD = 'correct horse'

/** Where browsers are unless they say otherwise. */
export const BROWSER = '198.51.100.200'

/** `anna` owns home.dyn.example, `bert` all below bert.dyn.example, `root` is an admin. */
export class TestPage {
  readonly store: MemoryStore
  readonly web: TestWeb
  readonly users: Users
  readonly sessions: Sessions
  readonly rejections: Rejections
  readonly keyring = new Keyring()
  readonly keyUses: KeyUses
  readonly streams = new Streams(5)
  readonly log = recordingLog()
  readonly server: ReturnType<typeof createWeb>
  secondaries: readonly SecondaryReport[] = []

  private constructor() {
    const web = new TestWeb()
    const { store } = web
    if (!(store instanceof MemoryStore)) throw new Error('it makes one of those')
    this.web = web
    this.store = store
    const { clock, tokens, attempts } = web
    this.users = new Users(this.store, clock, new Passwords(2))
    this.sessions = new Sessions(this.users, clock)
    this.rejections = new Rejections(clock)
    const hosts = new HostStates(clock, tokens)
    attempts.subscribe(hosts.take)
    this.keyUses = new KeyUses(this.store, clock, this.log.log)
    const parts: PageParts = {
      ...{ users: this.users, sessions: this.sessions, tokens, attempts, hosts, store, clock },
      ...{ rejections: this.rejections, keyUses: this.keyUses, log: this.log.log },
      zones: () => this.zones,
      keyring: () => this.keyring,
      secondaries: () => this.secondaries,
    }
    this.server = createWeb(
      { kind: 'plain' },
      {
        plugins: [pageRoutes(parts, this.streams)],
        handler: (request) => web.service.answer(request),
        isTrusted: (address) => address === '127.0.0.1',
      },
    )
  }

  get zones(): ZoneSet<PageZone> {
    return this.web.zones
  }

  static async make(): Promise<TestPage> {
    const page = new TestPage()
    const { users } = page
    const below = false
    await users.add({ name: 'anna', role: 'owner', hosts: ['home.dyn.example.'], below }, PASSWORD)
    const hosts = ['bert.dyn.example.']
    await users.add({ name: 'bert', role: 'owner', hosts, below: true }, PASSWORD)
    await users.add({ name: 'root', role: 'admin', hosts: [], below }, PASSWORD)
    return page
  }

  async signedIn(name: string): Promise<Browser> {
    const browser = new Browser(this)
    const { status } = await browser.send('/ui/login', { name, password: PASSWORD })
    if (status !== 303) throw new Error(`${name} is not let in: ${status}`)
    return browser
  }
}

export interface Shown {
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, unknown>>
  /** Where it leads; empty where it does not. */
  readonly location: string
}

/** By way of a proxy that ends HTTPS. */
export class Browser {
  cookie = ''
  /** What forms bring along, of the page that was shown last. */
  formToken = ''
  private readonly page: TestPage
  /** Of every request. */
  readonly headers: Record<string, string>

  constructor(page: TestPage, headers: Readonly<Record<string, string>> = {}) {
    this.page = page
    this.headers = { host: 'ddns.example.net', 'x-forwarded-proto': 'https', ...headers }
  }

  see(url: string): Promise<Shown> {
    return this.ask('GET', url)
  }

  /** A form of the page that was shown last. */
  send(
    url: string,
    fields: Readonly<Record<string, string>>,
    more: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
  ): Promise<Shown> {
    const body = new URLSearchParams({ form: this.formToken, ...fields })
    const type = 'application/x-www-form-urlencoded'
    return this.ask('POST', url, { 'content-type': type, ...more }, body.toString())
  }

  private async ask(
    method: 'GET' | 'POST',
    url: string,
    more: Readonly<Record<string, string>> = {},
    payload?: string,
  ): Promise<Shown> {
    const answer = await this.page.server.inject({
      ...{ method, url, remoteAddress: '127.0.0.1' },
      headers: { 'x-forwarded-for': BROWSER, cookie: this.cookie, ...this.headers, ...more },
      ...(payload !== undefined && { payload }),
    })
    const { statusCode: status, body: text, headers } = answer
    const [cookie] = [headers['set-cookie'] ?? []].flat()
    if (cookie !== undefined) this.cookie = cookie.split(';')[0] ?? ''
    this.formToken = /name="form"\s+value="([^"]+)"/.exec(text)?.[1] ?? this.formToken
    return { status, text, headers, location: headers.location ?? '' }
  }
}

/** What is to be read of a page: without tags, blanks as one. */
export const readable = ({ text }: Shown): string =>
  text
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
