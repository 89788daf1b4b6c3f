/** The REST API without a socket: every answer is held against the schema that the document has for it. */
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { KeyUses } from '../../src/access/key-uses.ts'
import { Keyring } from '../../src/access/keyring.ts'
import { createApi } from '../../src/api/api.ts'
import { TokenCallers } from '../../src/api/callers.ts'
import type { ApiParts } from '../../src/api/parts.ts'
import { networkFrom } from '../../src/config/networks.ts'
import { HostStates } from '../../src/dyndns/host-states.ts'
import { Throttles } from '../../src/dyndns/throttles.ts'
import { Rejections } from '../../src/server/rejections.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { createWeb } from '../../src/web/web-server.ts'
import { recordingLog, type LogLine } from './log.ts'
import { Contract, type Answered, type Document, type Method } from './api-contract.ts'
import { CLIENT, TestWeb, type WebWishes } from './web.ts'

export interface Asking {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly address?: string
}

/** Made once, for all tests of a program: most of the work is to compile schemas. */
let contract: Promise<Contract> | undefined

export class TestApi {
  readonly web: TestWeb
  readonly keyring = new Keyring()
  readonly keyUses: KeyUses
  readonly rejections: Rejections
  readonly lines: LogLine[]
  readonly server: FastifyInstance
  readonly parts: ApiParts
  /** Secrets of an admin, and of an owner of `home.dyn.example.` and all below it. */
  readonly admin: string
  readonly owner: string

  constructor(t: Test, more: Partial<ApiParts> = {}, wishes: WebWishes = {}) {
    const web = new TestWeb(wishes)
    this.web = web
    const { clock, counters, tokens, store } = web
    const { log, lines } = recordingLog()
    this.lines = lines
    this.keyUses = new KeyUses(new MemoryStore(clock), clock, log)
    this.rejections = new Rejections(clock)
    const hostStates = new HostStates(clock, tokens)
    web.attempts.subscribe(hostStates.take)
    this.parts = {
      store,
      clock,
      log,
      counters,
      tokens,
      keyUses: this.keyUses,
      rejections: this.rejections,
      throttles: new Throttles(clock),
      hostStates,
      notifier: { watch: () => undefined },
      callers: new TokenCallers(tokens),
      zones: () => web.zones,
      keyring: () => this.keyring,
      isNetwork: (text) => networkFrom(text) !== undefined,
      ...more,
    }
    const plugins = [createApi(this.parts)]
    const handler = () => Promise.resolve(undefined)
    this.server = createWeb({ kind: 'plain' }, { handler, isTrusted: () => false, plugins })
    t.teardown(() => this.server.close())
    this.admin = web.token('', { name: 'ci', role: 'admin', hosts: [], types: [] })
    this.owner = web.token('home.dyn.example.', { name: 'home', below: true })
  }

  /** @param token undefined for a call without credentials */
  async ask(
    token: string | undefined,
    method: Method,
    path: string,
    { body, headers = {}, address = CLIENT }: Asking = {},
  ): Promise<Answered> {
    const answer = await this.server.inject({
      method,
      url: `/api/v1${path}`,
      remoteAddress: address,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        payload: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    })
    const isJson = answer.payload !== ''
    const answered = {
      status: answer.statusCode,
      headers: answer.headers,
      body: isJson ? answer.json<unknown>() : undefined,
    }
    // The document is of the routes alone: the first API's is every API's.
    contract ??= this.document().then((document) => new Contract(document))
    if (isJson) (await contract).check(method, path, answered)
    return answered
  }

  admins(method: Method, path: string, body?: unknown): Promise<Answered> {
    return this.ask(this.admin, method, path, { body })
  }

  owners(method: Method, path: string, body?: unknown): Promise<Answered> {
    return this.ask(this.owner, method, path, { body })
  }

  async document(): Promise<Document> {
    const { payload } = await this.server.inject({ url: '/api/v1/openapi.json' })
    // The tests of the document say that it is one.
    return JSON.parse(payload) as Document
  }
}
