/** The command line's side of the control socket: one request, one answer. */
import { request, type IncomingMessage } from 'node:http'
import { isSystemError } from '../base/system-error.ts'
import { ControlError, type Problem } from './problem.ts'
import { openSocketPath } from './socket-path.ts'

export interface ControlRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Path and query, as the routes have them. */
  readonly url: string
  /** Sent as JSON. */
  readonly body?: unknown
}

/**
 * Asks the server at the socket; waits as long as it takes.
 * @returns the JSON that it answered, which is a `T` because its routes say so
 * @throws ControlError when no server is there, or it would not
 */
export const controlRequest = async <T>(socket: string, asked: ControlRequest): Promise<T> => {
  const { status, text } = await reach(socket, asked).catch((error: unknown) => {
    throw isSystemError(error) ? new ControlError(unreachable(socket, error.code)) : error
  })
  const answer: unknown = JSON.parse(text)
  // `control-server.ts` answers nothing else above 399.
  if (status >= 400) throw new ControlError((answer as Problem).detail, status)
  return answer as T
}

/** Why no server answered, by the system's own code. */
export const unreachable = (socket: string, code: string): string =>
  code === 'EACCES'
    ? `${socket} can be opened by its owner only: run this as the user that livezone runs as`
    : `no livezone is running here (${code} at ${socket}): start it with livezone serve`

interface Answer {
  readonly status: number
  readonly text: string
}

const reach = async (socket: string, asked: ControlRequest): Promise<Answer> => {
  const short = openSocketPath(socket)
  // A server could not have opened it either.
  if (short === undefined) throw new ControlError(unreachable(socket, 'the path is too long'))
  try {
    return await exchange(short.path, asked)
  } finally {
    short.release()
  }
}

const exchange = (path: string, { method, url, body }: ControlRequest): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const json = body === undefined ? undefined : JSON.stringify(body)
    const headers = json === undefined ? {} : { 'content-type': 'application/json' }
    // A connection of its own: the path is good for this moment, and may be another server's later.
    const asked = { socketPath: path, path: url, method, headers, agent: false } as const
    const sent = request(asked, (response) => {
      textOf(response).then((text) => {
        // A response that came has a status.
        resolve({ status: response.statusCode as number, text })
      }, reject)
    })
    sent.on('error', reject)
    sent.end(json)
  })

const textOf = async (response: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const piece of response.setEncoding('utf8')) text += String(piece)
  return text
}
