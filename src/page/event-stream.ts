/** Requests of web clients as they come, as server-sent events (HTML Living Standard §9.2). */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ServerResponse } from 'node:http'
import type { Attempt } from '../dyndns/attempts.ts'
import { attemptItem, concernsHost, isGood, isVisible } from './attempt-view.ts'
import type { PageParts } from './parts.ts'
import { sessionSecret } from './session-cookie.ts'
import type { Visit } from './visit.ts'

/** Streams that are open, of all and of one user. */
const MOST = 200
const MOST_OF_ONE = 10

/** Octets that a browser has not taken yet; then it is cut off, and asks again for what it missed. */
const MOST_WAITING = 256 * 1024

/** Milliseconds between two signs of life: a connection on which nothing moves is closed. */
const HEARTBEAT = 10_000

interface Stream {
  readonly name: string
  end(): void
}

/** Those that are open, so that there are only so many, and so that they end with the server. */
export class Streams {
  readonly heartbeat: number
  private readonly open = new Set<Stream>()

  constructor(heartbeat = HEARTBEAT) {
    this.heartbeat = heartbeat
  }

  /** @returns false when there are too many */
  add(stream: Stream): boolean {
    const own = [...this.open].filter(({ name }) => name === stream.name)
    if (this.open.size >= MOST || own.length >= MOST_OF_ONE) return false
    this.open.add(stream)
    return true
  }

  remove(stream: Stream): void {
    this.open.delete(stream)
  }

  end(): void {
    for (const stream of this.open) stream.end()
  }
}

export const eventStream = (
  parts: PageParts,
  streams: Streams,
  visit: Visit,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply => {
  const { attempts, sessions } = parts
  const host = visit.query.get('host')
  const isWanted = (attempt: Attempt): boolean =>
    isVisible(parts, visit, attempt) && (host === null || concernsHost(visit, attempt, host))
  const { raw } = reply
  let isEnded = false
  const stream = {
    name: visit.user.name,
    // What a browser has not taken by now is not waited for: it asks again.
    end: () => {
      isEnded = true
      if (raw.writableLength > 0) raw.destroy()
      else raw.end()
    },
  }
  if (!streams.add(stream)) return reply.code(503).send('')
  const send = (attempt: Attempt): void => {
    if (isEnded || !isWanted(attempt)) return
    raw.write(eventText(attempt))
    if (raw.writableLength > MOST_WAITING) stream.end()
  }
  reply.hijack()
  begin(raw, reply)
  for (const attempt of attempts.since(lastSeen(request, visit))) send(attempt)
  const unsubscribe = attempts.subscribe(send)
  // It had one, or there would be no visit.
  const secret = sessionSecret(request) as string
  const alive = setInterval(() => {
    if (sessions.isOpen(secret)) raw.write(':\n\n')
    else stream.end()
  }, streams.heartbeat)
  raw.once('close', () => {
    clearInterval(alive)
    unsubscribe()
    streams.remove(stream)
  })
  return reply
}

const begin = (raw: ServerResponse, reply: FastifyReply): void => {
  raw.writeHead(200, {
    ...withoutUndefined(reply.getHeaders()),
    'content-type': 'text/event-stream; charset=utf-8',
    // A proxy that waits for more would keep what is live.
    'x-accel-buffering': 'no',
  })
  raw.write('retry: 3000\n\n')
}

const withoutUndefined = (
  headers: ReturnType<FastifyReply['getHeaders']>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

/** What a browser had when its connection was lost, or what stands in its page already. */
const lastSeen = ({ headers }: FastifyRequest, { query }: Visit): number => {
  const text = headers['last-event-id'] ?? query.get('after') ?? ''
  return /^\d{1,15}$/.test(String(text)) ? Number(text) : Infinity
}

const eventText = (attempt: Attempt): string => {
  const data = JSON.stringify({ html: attemptItem(attempt).text, isGood: isGood(attempt) })
  return `id: ${attempt.number}\nevent: attempt\ndata: ${data}\n\n`
}
