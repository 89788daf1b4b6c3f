/** The API on a web listener: its routes, who may ask for each, and every error as a problem. */
import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginCallback,
  FastifyReply,
  FastifyRequest,
} from 'fastify'
import type { WebRequest } from '../dyndns/request.ts'
import { plainRequest } from '../web/plain-request.ts'
import type { Caller } from './callers.ts'
import { changeRoutes } from './change-routes.ts'
import { eventRoutes } from './event-routes.ts'
import { EventStreams } from './event-streams.ts'
import { Gate } from './gate.ts'
import { historyRoutes } from './history-routes.ts'
import { hostRoutes } from './host-routes.ts'
import { openApiOf } from './openapi.ts'
import type { ApiParts } from './parts.ts'
import { ApiRefusal, PROBLEM_TYPE, problemOf } from './problem.ts'
import type { Route } from './route.ts'
import { tokenRoutes } from './token-routes.ts'
import { undoRoutes } from './undo-routes.ts'
import { zoneRoutes } from './zone-routes.ts'

/** No dialect of dynamic DNS has a path below it. */
export const PREFIX = '/api/v1'

/** Octets of a body: nobody without good credentials has one read. */
const MOST_OCTETS = 1024 * 1024

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

/** May be registered with any number of listeners. */
export const createApi = (parts: ApiParts): FastifyPluginCallback => {
  const gate = new Gate(parts)
  const streams = new EventStreams(parts)
  const routes = [
    ...zoneRoutes(parts),
    ...changeRoutes(parts),
    ...historyRoutes(parts),
    ...undoRoutes(parts),
    ...eventRoutes(parts, streams),
    ...hostRoutes(parts),
    ...tokenRoutes(parts),
  ]
  let document: string | undefined
  return (server, _, done) => {
    acceptJsonOnly(server)
    answerProblems(server, parts)
    server.addHook('preClose', (closed) => {
      streams.endAllOf(server)
      closed()
    })
    for (const route of routes) addRoute(server, route, gate)
    server.route({
      method: ['GET', 'HEAD'],
      url: PREFIX + DOCUMENT.path,
      handler: (request, reply) => {
        gate.stranger(plainRequest(request))
        // Not before: hardly anyone asks for it, and every start would make it.
        document ??= JSON.stringify(openApiOf(routes, PREFIX))
        return reply.headers(HEADERS).type('application/json').send(document)
      },
    })
    addOthers(server, [...routes, DOCUMENT], gate)
    done()
  }
}

const DOCUMENT = { method: 'GET', path: '/openapi.json' } as const

const acceptJsonOnly = (server: FastifyInstance): void => {
  server.removeAllContentTypeParsers()
  const parse = server.getDefaultJsonParser('error', 'error')
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: MOST_OCTETS },
    parse,
  )
}

const answerProblems = (server: FastifyInstance, { log }: ApiParts): void => {
  server.setErrorHandler<FastifyError>((error, _, reply) => {
    const problem = problemOf(error)
    if (problem.status >= 500 && !(error instanceof ApiRefusal)) {
      log.error({ err: error }, 'a request to the API failed')
    }
    const headers = error instanceof ApiRefusal ? error.headers : {}
    return reply
      .code(problem.status)
      .headers({ ...HEADERS, ...headers })
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problem))
  })
}

interface Generic {
  Params: Readonly<Record<string, string>>
}

const addRoute = (server: FastifyInstance, route: Route, gate: Gate): void => {
  const callers = new WeakMap<object, { request: WebRequest; caller: Caller }>()
  server.route<Generic>({
    method: route.method === 'GET' ? ['GET', 'HEAD'] : route.method,
    url: PREFIX + route.path.replace(/\{(\w+)\}/g, ':$1'),
    bodyLimit: MOST_OCTETS,
    // Before a body is read.
    onRequest: (request, _, done) => {
      const plain = plainRequest(request)
      const caller = gate.caller(plain)
      if (route.who === 'admin' && caller.kind !== 'admin') {
        throw new ApiRefusal(403, 'this is for admins alone')
      }
      callers.set(request, { request: plain, caller })
      done()
    },
    handler: async (request, reply) => {
      const { params, query, body, headers } = request
      // Set when the request came in.
      const known = callers.get(request) as { request: WebRequest; caller: Caller }
      const answer = await route.run({
        ...known,
        // The path has all that the route names.
        param: (name) => params[name] as string,
        query,
        body,
        ifMatch: headers['if-match'] ?? '',
        lastEventId: String(headers['last-event-id'] ?? ''),
      })
      if (answer.kind === 'json') {
        return reply.headers({ ...HEADERS, ...answer.headers }).send(answer.body)
      }
      const stream = { ...HEADERS, 'content-type': 'text/event-stream', ...UNBUFFERED }
      if (request.method === 'HEAD') return reply.headers(stream).send()
      reply.hijack()
      reply.raw.writeHead(200, stream)
      answer.open(reply.raw, server)
      return reply
    },
  })
}

/** A stream ends with its connection, and nobody on the way keeps it. */
const UNBUFFERED = { connection: 'close', 'x-accel-buffering': 'no' }

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'] as const

/** What is no route: the wrong method (RFC 9110 §15.5.6), or nothing at all. */
const addOthers = (
  server: FastifyInstance,
  routes: readonly Pick<Route, 'method' | 'path'>[],
  gate: Gate,
): void => {
  const table = routes.map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${PREFIX}${path.replace(/\{\w+\}/g, '[^/]+')}$`),
  }))
  const allowedAt = ({ url }: FastifyRequest): string[] => {
    const path = url.replace(/\?.*/s, '')
    const found = table.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)
    return [...found, ...(found.includes('GET') ? ['HEAD'] : [])].sort()
  }
  const refuse = (request: FastifyRequest): never => {
    gate.caller(plainRequest(request))
    const allowed = allowedAt(request)
    if (allowed.length === 0) throw new ApiRefusal(404, `there is nothing at ${request.url}`)
    const detail = `${request.url} takes ${allowed.join(', ')}`
    throw new ApiRefusal(405, detail, {}, { allow: allowed.join(', ') })
  }
  const options = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    gate.stranger(plainRequest(request))
    const allowed = [...allowedAt(request), 'OPTIONS'].join(', ')
    return reply
      .code(204)
      .headers({ ...HEADERS, allow: allowed })
      .send()
  }
  for (const url of [PREFIX, `${PREFIX}/*`]) {
    server.route({ method: [...METHODS], url, onRequest: refuse, handler: refuse })
    server.route({ method: 'OPTIONS', url, handler: options })
  }
}
