/** Whether a form was sent by a page of ours: what a browser says of where it comes from. */
import type { FastifyRequest } from 'fastify'

/** Browsers say it in one of two ways; what says nothing is no browser of our days, and brings the form's token. */
export const isSameOrigin = ({ headers, host, protocol }: FastifyRequest): boolean => {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = headers
  return origin === undefined || origin === `${protocol}://${host}`
}
