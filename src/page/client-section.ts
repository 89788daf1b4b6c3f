/** A configuration to copy, and the place where one sees what comes of it. */
import { hostText } from '../access/web-identity.ts'
import type { WebClient, WebClientSettings } from '../clients/web/web-client.ts'
import { nameFromText } from '../text/name-text.ts'
import { isGood } from './attempt-view.ts'
import { html, url, type Html } from './html.ts'
import { attemptList, recentAttempts } from './log-page.ts'
import type { PageParts } from './parts.ts'
import type { Visit } from './visit.ts'

/** Any user name will do: the first label of the host is one that people know again. */
export const clientSection = (
  { where, text, notes = [] }: WebClient,
  settings: Omit<WebClientSettings, 'user'>,
): Html => {
  const { host } = settings
  const user = userFor(host)
  return html`<p>${where}</p>
    <pre id="snippet" tabindex="0" aria-label="Configuration">
${text({ ...settings, user }).join('\n')}</pre>
    <p><button type="button" class="quiet" data-copy="snippet" hidden>Copy</button></p>
    ${notes.map((note) => html`<p class="soft small">${note}</p>`)}`
}

const userFor = (host: string): string => {
  const parsed = nameFromText(host)
  const [label = ''] = (parsed.ok ? hostText(parsed.name) : '').split('.')
  return /^[a-z0-9-]{1,31}$/i.test(label) ? label : 'home'
}

const WAITING = 'Waiting for the first request …'

/** @param after the number of the last request that was there before */
export const waitingSection = (
  parts: PageParts,
  visit: Visit,
  host: string,
  after: number,
): Html => {
  const done = `${host} is updated: the device is set up.`
  const isDone = recentAttempts(parts, visit, host, after).some(isGood)
  return html`<section class="card" aria-labelledby="arrived">
    <h2 id="arrived">2. What arrives</h2>
    <p id="status" role="status" class="${isDone ? 'done' : 'waiting'}">
      ${isDone ? done : WAITING}
    </p>
    <p class="manual">
      <a href="${url`/ui/setup/wait?host=${host}&after=${after}`}" target="_blank"
        >See what has arrived</a
      >
      <span class="soft small">(opens beside this page, which has the token)</span>
    </p>
    ${attemptList(parts, visit, { host, after, waiting: WAITING, done })}
  </section>`
}
