/** One HTTP exchange, over the family of addresses that is wanted, within limits of time and octets. */
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { NetworkError } from '../base/network-error.ts'
import { isSystemError } from '../base/system-error.ts'
import type { Family } from './address.ts'

/** Octets of an answer that we read: what we ask for fits a line. */
const MOST_OCTETS = 16 * 1024

export interface HttpAsked {
  readonly url: URL
  readonly milliseconds: number
  /** Either, when it is left out. */
  readonly family?: Family
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpAnswer {
  readonly status: number
  /** What the server asks us to wait (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds: number | undefined
  readonly text: string
}

/** The system has no way to any address of the family. */
export class NoRouteError extends NetworkError {}

/**
 * Redirections are answers like any other: whoever follows one takes secrets along.
 * @throws NetworkError without URL or secrets in it; NoRouteError where this machine has no such family
 */
export const askHttp = (asked: HttpAsked): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    const { url, milliseconds, family, method = 'GET', headers = {}, body } = asked
    const request = url.protocol === 'https:' ? requestHttps : requestHttp
    const signal = AbortSignal.timeout(milliseconds)
    const versions = { ipv4: 4, ipv6: 6 } as const
    const options = {
      method,
      headers: { connection: 'close', ...headers },
      signal,
      ...(family === undefined ? {} : { family: versions[family] }),
    }
    const fail = (error: unknown): void => {
      reject(signal.aborted ? late(url, milliseconds) : unreachable(url, error))
    }
    const sent = request(url, options, (response) => {
      textOf(response).then((text) => {
        resolve({
          // A response that came has a status.
          status: response.statusCode as number,
          retryAfterSeconds: secondsIn(response.headers['retry-after']),
          text,
        })
      }, fail)
    })
    sent.on('error', fail)
    sent.end(body)
  })

const late = ({ host }: URL, milliseconds: number): NetworkError =>
  new NetworkError(`${host} does not answer in ${milliseconds / 1000} s`)

/** What the system says, in our words. */
export const unreachable = ({ host }: URL, error: unknown): NetworkError => {
  const code = isSystemError(error) ? error.code : ''
  const message = `${host} cannot be reached: ${(error as Error).message}`
  return code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL'
    ? new NoRouteError(message)
    : new NetworkError(message)
}

const secondsIn = (value: string | undefined): number | undefined =>
  value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : undefined

const textOf = async (response: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const piece of response.setEncoding('utf8')) {
    text += String(piece)
    if (text.length > MOST_OCTETS) throw new NetworkError('the answer is too long')
  }
  return text
}
