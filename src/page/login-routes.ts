/** Signing in and out, as routes. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sourceOf } from '../dyndns/source.ts'
import type { UserRecord } from '../zone/user-store.ts'
import { formOf } from './form.ts'
import type { Html } from './html.ts'
import { fieldOf } from './visit.ts'
import { loginPage, noUsersPage, plainHttpPage, safeNext, type Logins } from './login-page.ts'
import type { PageParts } from './parts.ts'
import { isSameOrigin } from './same-origin.ts'
import { endedCookie, isPrivate, sessionCookie, sessionSecret } from './session-cookie.ts'

export const loginRoutes = (server: FastifyInstance, parts: PageParts, logins: Logins): void => {
  const { users, sessions } = parts
  server.get<{ Querystring: { next?: string } }>('/ui/login', (request, reply) => {
    if (!isPrivate(request)) return show(reply, plainHttpPage())
    if (users.isEmpty) return show(reply, noUsersPage())
    return show(reply, loginPage({ next: safeNext(request.query.next ?? null) }))
  })
  server.post('/ui/login', (request, reply) => signIn(parts, logins, request, reply))
  server.post('/ui/logout', (request, reply) => {
    // Another site ends neither the session nor, by the answer, its cookie.
    if (!isSameOrigin(request)) return reply.redirect('/ui/login', 303)
    const secret = sessionSecret(request)
    if (secret !== undefined) sessions.close(secret)
    return reply.header('set-cookie', endedCookie(request)).redirect('/ui/login', 303)
  })
}

const signIn = async (
  parts: PageParts,
  logins: Logins,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  if (!isPrivate(request)) return show(reply.code(403), plainHttpPage())
  const { sessions, log } = parts
  const form = formOf(request.body)
  const name = fieldOf(form, 'name')
  const next = safeNext(form.get('next'))
  const again = (status: number, problem: string): FastifyReply =>
    show(reply.code(status), loginPage({ name, next, problem }))
  if (!isSameOrigin(request)) return again(403, 'The form was sent by another site: try again.')
  const result = await logins.tryIn(name, fieldOf(form, 'password'), request.ip)
  switch (result.kind) {
    case 'in': {
      const { user } = result
      noteLogin(parts, user, request.ip)
      log.info({ user: user.name, source: request.ip }, 'signed in to the page')
      const cookie = sessionCookie(request, sessions.open(user))
      return reply.header('set-cookie', cookie).redirect(next, 303)
    }
    case 'wrong':
      log.warn({ source: request.ip }, 'a login to the page failed')
      return again(401, 'Name and password do not fit together.')
    case 'later':
      reply.header('retry-after', String(result.seconds))
      return again(429, `Too many tries: wait ${result.seconds} seconds and try again.`)
  }
}

/** A disk that is full keeps nobody out. */
const noteLogin = ({ users, log }: PageParts, user: UserRecord, address: string): void => {
  try {
    users.signedIn(user, sourceOf(address))
  } catch (error) {
    // A store throws errors.
    const fields = { user: user.name, err: (error as Error).message }
    log.warn(fields, 'the time of a login could not be put on disk')
  }
}

const show = (reply: FastifyReply, page: Html): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(page.text)
