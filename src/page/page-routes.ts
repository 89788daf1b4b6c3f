/** The page as routes below `/ui/`: who may see what, and what every answer has. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginCallback } from 'fastify'
import { timingSafeEqual } from 'node:crypto'
import type { Session } from '../access/sessions.ts'
import { TokenError } from '../access/tokens.ts'
import { UserError } from '../access/users.ts'
import { StoreError } from '../zone/zone.ts'
import { accountRoutes } from './account-page.ts'
import { alertsRoutes } from './alerts-page.ts'
import { assets } from './assets.ts'
import { eventStream, Streams } from './event-stream.ts'
import { formOf } from './form.ts'
import { framed, problemPage } from './frame.ts'
import { hostRoutes } from './host-page.ts'
import { hostsRoutes } from './hosts-page.ts'
import type { Html } from './html.ts'
import { keysRoutes } from './keys-page.ts'
import { logRoutes } from './log-page.ts'
import { loginRoutes } from './login-routes.ts'
import { Logins } from './login-page.ts'
import type { PageParts } from './parts.ts'
import { refusedRoutes } from './refused-page.ts'
import { isSameOrigin } from './same-origin.ts'
import { sessionSecret } from './session-cookie.ts'
import { setupRoutes } from './setup-page.ts'
import { tokenRoutes } from './token-pages.ts'
import { undoRoutes } from './undo-page.ts'
import { fieldOf, PageRefusal, type Page, type PageRoute, type Visit } from './visit.ts'
import { zoneRoutes } from './zone-page.ts'

/** CSP Level 3: nothing but what we serve ourselves, and no page of others around ours. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
}

export const pageRoutes = (parts: PageParts, streams = new Streams()): FastifyPluginCallback => {
  const logins = new Logins(parts.users, parts.clock)
  return (server, _, done) => {
    server.addHook('onRequest', (__, reply, next) => {
      reply.headers(HEADERS)
      next()
    })
    server.addHook('preClose', (closed) => {
      streams.end()
      closed()
    })
    server.setErrorHandler<Error>((error, request, reply) =>
      showError(parts, error, request, reply),
    )
    addAssets(server)
    server.get('/ui', (__, reply) => reply.redirect('/ui/', 302))
    loginRoutes(server, parts, logins)
    for (const route of allRoutes(parts, logins)) addRoute(server, parts, route)
    server.get('/ui/events', (request, reply) => {
      const visit = visitOf(parts, request)
      if (visit === undefined) return reply.code(401).send('')
      return eventStream(parts, streams, visit, request, reply)
    })
    for (const method of ['GET', 'POST'] as const) {
      addRoute(server, parts, {
        method,
        path: '/ui/*',
        handle: () => {
          throw new PageRefusal(404, 'There is no such page.')
        },
      })
    }
    done()
  }
}

const allRoutes = (parts: PageParts, logins: Logins): readonly PageRoute[] => [
  ...hostsRoutes(parts),
  ...hostRoutes(parts),
  ...setupRoutes(parts),
  ...tokenRoutes(parts),
  ...logRoutes(parts),
  ...zoneRoutes(parts),
  ...undoRoutes(parts),
  ...keysRoutes(parts),
  ...refusedRoutes(parts),
  ...alertsRoutes(parts),
  ...accountRoutes(parts, logins),
]

const addAssets = (server: FastifyInstance): void => {
  for (const { path, type, content } of assets) {
    server.get(path, (_, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(content),
    )
  }
}

const addRoute = (server: FastifyInstance, parts: PageParts, route: PageRoute): void => {
  server.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => {
      const visit = visitOf(parts, request)
      if (visit === undefined) return toLogin(request, reply)
      if (route.isAdmins === true && visit.user.role !== 'admin') {
        throw new PageRefusal(403, 'This page is for admins.')
      }
      if (route.method === 'POST') checkForm(request, visit)
      const answer = await route.handle(visit)
      if (answer.kind === 'redirect') return reply.redirect(answer.to, 303)
      return send(reply, framed(answer.page, visit.user, visit.formToken))
    },
  })
}

const send = (reply: FastifyReply, page: Html): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(page.text)

const toLogin = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const next = request.method === 'GET' ? request.url : '/ui/'
  return reply.redirect(`/ui/login?next=${encodeURIComponent(next)}`, 303)
}

const sessionOf = ({ sessions }: PageParts, request: FastifyRequest): Session | undefined => {
  const secret = sessionSecret(request)
  return secret === undefined ? undefined : sessions.find(secret)
}

/** @returns undefined for somebody who is not signed in */
const visitOf = (parts: PageParts, request: FastifyRequest): Visit | undefined => {
  const session = sessionOf(parts, request)
  if (session === undefined) return undefined
  const { body, socket } = request
  const at = request.url.indexOf('?')
  return {
    ...session,
    // The routes have names of parts, each of which is text.
    params: request.params as Readonly<Record<string, string>>,
    query: new URLSearchParams(at === -1 ? '' : request.url.slice(at)),
    form: formOf(body),
    address: request.ip.replace(/^::ffff:(?=\d+\.)/i, ''),
    port: socket.remotePort ?? 0,
    transport: request.protocol === 'https' ? 'https' : 'http',
    origin: originOf(request),
  }
}

/** For configurations that are shown: what the browser said, where it is a host. */
const originOf = ({ protocol, host }: FastifyRequest): string =>
  `${protocol}://${/^[\w.:[\]-]{1,255}$/.test(host) ? host : 'localhost'}`

const checkForm = (request: FastifyRequest, { form, formToken }: Visit): void => {
  const given = Buffer.from(fieldOf(form, 'form'))
  const expected = Buffer.from(formToken)
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected)
  if (isOurs && isSameOrigin(request)) return
  throw new PageRefusal(403, 'The form is from another session: go back, reload and send it again.')
}

const showError = (
  parts: PageParts,
  error: Error & { readonly statusCode?: number },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const { status, page } = problemOf(error)
  if (status === 500) parts.log.error({ err: error }, 'a page failed; please report this line')
  const session = sessionOf(parts, request)
  if (session === undefined) return reply.code(status).type('text/plain').send(page.title)
  return send(reply.code(status), framed(page, session.user, session.formToken))
}

const problemOf = (
  error: Error & { readonly statusCode?: number },
): { readonly status: number; readonly page: Page } => {
  if (error instanceof PageRefusal) {
    const { status, message } = error
    return { status, page: problemPage(TITLES[status], message) }
  }
  if (error instanceof TokenError || error instanceof UserError) {
    return { status: 409, page: problemPage(TITLES[409], error.message) }
  }
  if (error instanceof StoreError) {
    return { status: 503, page: problemPage('The disk would not', error.message) }
  }
  // What Fastify itself refuses, such as a body that is too large.
  const status = error.statusCode ?? 500
  return status < 500
    ? { status, page: problemPage('Not like that', error.message) }
    : {
        status: 500,
        page: problemPage('Something went wrong', 'The log of the server says what.'),
      }
}

const TITLES: Readonly<Record<PageRefusal['status'], string>> = {
  400: 'Not like that',
  403: 'Not allowed',
  404: 'Not found',
  409: 'That cannot be done',
}
