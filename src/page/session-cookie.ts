/** The cookie of a session: to this host alone, to no script, and not with requests of other sites. */
import type { FastifyRequest } from 'fastify'
import { isLoopback } from './loopback.ts'

/**
 * Over HTTPS its name binds it to the host (RFC 6265bis §4.1.3.2), so that no neighbour in the domain
 * can set it. Over plain HTTP there is one for who is at the machine itself, and for nobody else.
 */
const SECURE_NAME = '__Host-livezone'
const PLAIN_NAME = 'livezone'

export const isSecure = ({ protocol }: FastifyRequest): boolean => protocol === 'https'

/** Whether passwords and sessions may go over the connection: a proxy at the machine brings others, too. */
export const isPrivate = (request: FastifyRequest): boolean =>
  isSecure(request) || (isLoopback(request.socket.localAddress) && isLoopback(request.ip))

const nameFor = (request: FastifyRequest): string => (isSecure(request) ? SECURE_NAME : PLAIN_NAME)

export const sessionSecret = (request: FastifyRequest): string | undefined => {
  if (!isPrivate(request)) return undefined
  const name = nameFor(request)
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=')
    if (key === name) return value
  }
  return undefined
}

const cookie = (request: FastifyRequest, value: string, more: string): string =>
  `${nameFor(request)}=${value}; Path=/; HttpOnly; SameSite=Strict${isSecure(request) ? '; Secure' : ''}${more}`

export const sessionCookie = (request: FastifyRequest, secret: string): string =>
  cookie(request, secret, '')

export const endedCookie = (request: FastifyRequest): string => cookie(request, '', '; Max-Age=0')
