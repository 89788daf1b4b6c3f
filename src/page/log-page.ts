/** The live log: what web clients ask for, as it comes. */
import type { Attempt } from '../dyndns/attempts.ts'
import { attemptItem, concernsHost, isVisible } from './attempt-view.ts'
import { html, url, type Html } from './html.ts'
import type { PageParts } from './parts.ts'
import { shown, type PageRoute, type Visit } from './visit.ts'

/** Requests that a page begins with. */
const MOST = 100

export const logRoutes = (parts: PageParts): readonly PageRoute[] => [
  {
    method: 'GET',
    path: '/ui/log',
    handle: (visit) =>
      shown({ title: 'Live log', entry: '/ui/log', refresh: 15, body: logBody(parts, visit) }),
  },
]

const logBody = (parts: PageParts, visit: Visit): Html =>
  html`<div class="head">
      <h1>Live log</h1>
      <a class="button quiet manual" href="/ui/log">Reload</a>
    </div>
    <p id="status" role="status">New requests show up when the page is loaded again.</p>
    <section class="card" aria-label="Requests, the newest first">
      ${attemptList(parts, visit, { waiting: 'New requests show up by themselves.' })}
    </section>`

export interface ListOptions {
  /** What the status says while nothing happens. */
  readonly waiting: string
  /** What may be the device that is set up for this host, and no more. */
  readonly host?: string
  /** What the status says when a first request was taken. */
  readonly done?: string
  /** Only what came after it. */
  readonly after?: number
}

/** The newest first; the script adds what is new. */
export const attemptList = (
  parts: PageParts,
  visit: Visit,
  { waiting, host, done, after = 0 }: ListOptions,
): Html => {
  const attempts = recentAttempts(parts, visit, host, after)
  const last = parts.attempts.since(after).at(-1)?.number ?? after
  const events = url`/ui/events?after=${last}` + (host === undefined ? '' : url`&host=${host}`)
  const wizard = done === undefined ? undefined : html`data-wizard data-done="${done}"`
  return html`${
      attempts.length === 0
        ? html`<p class="soft" id="nothing">No request has come yet.</p>`
        : undefined
    }
    <ol class="log" data-events="${events}" data-waiting="${waiting}" ${wizard}>
      ${attempts.map(attemptItem)}
    </ol>`
}

export const recentAttempts = (
  parts: PageParts,
  visit: Visit,
  host: string | undefined,
  after = 0,
): Attempt[] =>
  parts.attempts
    .since(after)
    .filter((attempt) => isVisible(parts, visit, attempt))
    .filter((attempt) => host === undefined || concernsHost(visit, attempt, host))
    .reverse()
    .slice(0, MOST)
