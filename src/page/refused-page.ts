/** The last UPDATEs that were refused, and why, for admins. */
import { isoTime } from '../base/clock.ts'
import type { Rejection } from '../server/rejections.ts'
import { html, type Html } from './html.ts'
import type { PageParts } from './parts.ts'
import { shown, type PageRoute } from './visit.ts'
import { principalWords } from './words.ts'

const MOST = 100

export const refusedRoutes = (parts: PageParts): readonly PageRoute[] => [
  {
    method: 'GET',
    path: '/ui/refused',
    isAdmins: true,
    handle: () =>
      shown({ title: 'Refused updates', entry: '/ui/refused', body: refusedBody(parts) }),
  },
]

const refusedBody = ({ rejections }: PageParts): Html => {
  const latest = rejections.latest({ most: MOST }).reverse()
  return html`<h1>Refused updates</h1>
    <section class="card">
      ${latest.length === 0 ? html`<p class="soft">None since the server started.</p>` : undefined}
      <ol class="log">
        ${latest.map(itemOf)}
      </ol>
    </section>`
}

const itemOf = (one: Rejection): Html => {
  const at = isoTime(one.timeMilliseconds)
  return html`<li class="bad">
    <p><strong>${one.rcode}</strong> ${one.zone}: ${one.reason ?? 'no reason was noted'}</p>
    ${[...one.prerequisites, ...one.changes].map((line) => html`<code class="diff">${line}</code>`)}
    <p class="soft small">
      <time datetime="${at}">${at.replace('T', ' ').replace('Z', ' UTC')}</time>,
      ${principalWords(one.principal)} from <span class="mono">${one.source}</span> over
      ${one.transport.toUpperCase()}${one.claimedKey === undefined ? '' : `, says that it has ${one.claimedKey}`}
    </p>
  </li>`
}
