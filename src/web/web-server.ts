/** One listener of HTTP or HTTPS, and every limit on what a client of it can hold. */
import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { isIP, type Socket } from 'node:net'
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyPluginCallback,
} from 'fastify'
import { answer, type WebAnswer, type WebRequest } from '../dyndns/request.ts'
import type { Certificate } from './certificate.ts'
import { plainRequest, routableUrl, unmapped } from './plain-request.ts'
import { withoutSchemas } from '../base/without-schemas.ts'

/** @returns undefined for what is not here */
export type WebHandler = (request: WebRequest) => Promise<WebAnswer | undefined>

export type WebKind =
  | { readonly kind: 'plain' }
  /** For devices that speak HTTP/1.0, leave out Host, or end lines with LF alone; for nobody else. */
  | { readonly kind: 'legacy' }
  | { readonly kind: 'tls'; readonly certificate: Certificate }

/** Routes of their own that other rooms bring, in a scope of their own. */
export type WebPlugin = FastifyPluginCallback

export interface WebOptions {
  /** Before what is left to the handler. */
  readonly plugins?: readonly WebPlugin[]
  readonly handler: WebHandler
  /** Whether the peer speaks for clients, by X-Forwarded-For. */
  readonly isTrusted: (address: string) => boolean
}

export const WEB_LIMITS = {
  /** Octets of a body, and of all headers together. */
  bodyOctets: 16 * 1024,
  headerOctets: 16 * 1024,
  connections: 1024,
  connectionsOfOne: 128,
  /** From the first octet of a request to its last. */
  requestMilliseconds: 10_000,
  /** A connection on which nothing moves, and one between two requests. */
  idleMilliseconds: 30_000,
  keepAliveMilliseconds: 10_000,
} as const

/** A name of 255 octets, each written as `\001` and escaped for a URL. */
const LONGEST_PARAMETER = 6 * 255

/** A server that does not listen yet; more routes may be added to it. */
export const createWeb = (kind: WebKind, options: WebOptions): FastifyInstance => {
  const { handler, plugins = [] } = options
  const isTrusted = (address: string): boolean => {
    const plain = unmapped(address)
    return isIP(plain) !== 0 && options.isTrusted(plain)
  }
  const server = fastify({
    bodyLimit: WEB_LIMITS.bodyOctets,
    // What was taken is answered.
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    schemaController: withoutSchemas,
    trustProxy: (address) => isTrusted(address),
    // What a server was sent has one.
    rewriteUrl: ({ url }) => routableUrl(url as string),
    clientErrorHandler: refuseConnection,
    serverFactory: (listener) => {
      const raw = rawServer(kind, listener)
      limitConnections(raw, isTrusted)
      return raw
    },
  })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => {
    done(null, body)
  })
  server.setErrorHandler<FastifyError>((error, _, reply) => {
    const status = error.statusCode ?? 500
    const { headers, body } = answer(status, status < 500 ? phraseOf(status) : '911')
    return reply.code(status).headers(headers).send(body)
  })
  // RFC 9112 §3.2
  server.addHook('onRequest', async ({ raw }, reply) => {
    if (kind.kind === 'legacy' || raw.httpVersion === '1.0' || raw.headers.host !== undefined)
      return
    const { headers, body } = answer(400, 'bad request')
    return reply.code(400).headers(headers).send(body)
  })
  for (const plugin of plugins) server.register(plugin)
  server.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'],
    url: '/*',
    handler: async (request, reply) => {
      const found = (await handler(plainRequest(request))) ?? answer(404, 'not found')
      return reply.code(found.status).headers(found.headers).send(found.body)
    },
  })
  return server
}

/** RFC 9110 §15: `bad request`, `payload too large`. */
const phraseOf = (status: number): string => String(STATUS_CODES[status]).toLowerCase()

const rawServer = (kind: WebKind, listener: RequestListener): Server => {
  const isLegacy = kind.kind === 'legacy'
  const options = {
    maxHeaderSize: WEB_LIMITS.headerOctets,
    headersTimeout: WEB_LIMITS.requestMilliseconds,
    requestTimeout: WEB_LIMITS.requestMilliseconds,
    keepAliveTimeout: WEB_LIMITS.keepAliveMilliseconds,
    connectionsCheckingInterval: 1000,
    insecureHTTPParser: isLegacy,
    // Node itself would refuse it in chunks, which some clients cannot read.
    requireHostHeader: false,
  }
  const server =
    kind.kind === 'tls'
      ? // A server of HTTPS has all that one of HTTP has.
        (createSecureServer({ ...options, ...kind.certificate }, listener) as unknown as Server)
      : createServer(options, listener)
  // A device that says that it has sent everything still wants its answer. Node knows the setting,
  // and its types do not.
  return Object.assign(server, { httpAllowHalfOpen: true })
}

/** What is no HTTP (RFC 9112 §2.2). */
const refuseConnection = (_: Error, socket: Socket): void => {
  if (!socket.writable) return
  socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
}

const limitConnections = (server: Server, isTrusted: (address: string) => boolean): void => {
  const counts = new Map<string, number>()
  server.maxConnections = WEB_LIMITS.connections
  server.timeout = WEB_LIMITS.idleMilliseconds
  server.on('connection', (socket: Socket) => {
    // It was connected a moment ago.
    const address = socket.remoteAddress as string
    const count = counts.get(address) ?? 0
    if (count >= WEB_LIMITS.connectionsOfOne && !isTrusted(address)) {
      socket.destroy()
      return
    }
    counts.set(address, count + 1)
    socket.once('close', () => {
      // It was counted.
      const left = (counts.get(address) as number) - 1
      if (left === 0) counts.delete(address)
      else counts.set(address, left)
    })
  })
}
