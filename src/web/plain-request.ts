/** A request of Fastify's as the plain data that `dyndns` reads. */
import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { WebRequest } from '../dyndns/request.ts'

/** `http://server/path` to a proxy (RFC 9112 §3.2.2): some clients believe that we are one. */
const ABSOLUTE = /^https?:\/\/[^/?]*/i

/** The target as path and query: `//` is one slash, for addresses are put together from pieces. */
export const targetOf = (url: string): { readonly path: string; readonly query: string } => {
  const target = url.replace(ABSOLUTE, '')
  const at = target.indexOf('?')
  const path = at === -1 ? target : target.slice(0, at)
  return {
    path: `/${path}`.replace(/\/{2,}/g, '/'),
    query: at === -1 ? '' : target.slice(at + 1),
  }
}

/** The target as the router can take it; one that is no URL is for no route of its own. */
export const routableUrl = (url: string): string => {
  const { path, query } = targetOf(url)
  return decoded(path) === undefined ? '/' : `${path}${query === '' ? '' : `?${query}`}`
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** An IPv4 address as a socket for both families has it (RFC 4291 §2.5.5.2), without what is before it. */
export const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

export const plainRequest = (request: FastifyRequest): WebRequest => {
  const { path, query } = targetOf(request.originalUrl)
  const { headers, body } = request
  // A socket that brought a request has both.
  const peer = request.socket as { readonly remoteAddress: string; readonly remotePort: number }
  // A proxy may say anything of its client, also what is no address.
  const address = isIP(request.ip) === 0 ? peer.remoteAddress : request.ip
  return {
    method: request.method,
    path: decoded(path) ?? path,
    query,
    form: typeof body === 'string' ? body : '',
    host: headers.host ?? '',
    authorization: headers.authorization ?? '',
    userAgent: headers['user-agent'] ?? '',
    fetchSite: headers['sec-fetch-site'] ?? '',
    address: unmapped(address),
    port: peer.remotePort,
    transport: request.protocol === 'https' ? 'https' : 'http',
  }
}
