/** A request and its answer as plain data: what the dialects read and what they give back. */

export interface WebRequest {
  readonly method: string
  /** Begins with one slash, percent-encoding undone, doubled slashes made one. */
  readonly path: string
  /** What is behind the question mark, as it was sent. */
  readonly query: string
  /** An urlencoded body; empty where there was none. */
  readonly form: string
  /** Headers; empty where they are missing. */
  readonly host: string
  readonly authorization: string
  readonly userAgent: string
  readonly fetchSite: string
  /** Of the client, also behind a proxy that is trusted. */
  readonly address: string
  readonly port: number
  readonly transport: 'http' | 'https'
}

export interface WebAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** ASCII, without a newline at its end: there are clients that compare it as a whole. */
  readonly body: string
}

const PLAIN = 'text/plain; charset=utf-8'

export const answer = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): WebAnswer => ({
  status,
  headers: { 'content-type': PLAIN, 'cache-control': 'no-store', ...headers },
  body,
})

/** RFC 9110 §10.2.3 */
export const retryAfter = (seconds: number): Readonly<Record<string, string>> => ({
  'retry-after': String(Math.max(1, Math.ceil(seconds))),
})

/** RFC 7617 §2: many clients send what they know only when they are asked for it. */
export const CHALLENGE: Readonly<Record<string, string>> = {
  'www-authenticate': 'Basic realm="livezone", charset="UTF-8"',
}
