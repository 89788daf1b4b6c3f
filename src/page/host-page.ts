/** One host: how it is, what it has, its tokens, its history, and what its clients asked last. */
import { hostText } from '../access/web-identity.ts'
import type { TokenEntry } from '../access/tokens.ts'
import { serialFromText } from '../history/point-text.ts'
import { isoTime } from '../base/clock.ts'
import { adviceFor } from '../dyndns/fault.ts'
import type { HostState } from '../dyndns/host-states.ts'
import type { Name } from '../wire/name.ts'
import { addressesOf } from './addresses.ts'
import { hidden } from './frame.ts'
import { hostHistory, type HostChange } from './host-history.ts'
import { html, url, type Html } from './html.ts'
import { attemptList } from './log-page.ts'
import { tokensFor } from './own-tokens.ts'
import type { PageParts } from './parts.ts'
import { table } from './table.ts'
import { fieldOf, ownHost, partOf, shown, type PageRoute, type Visit } from './visit.ts'
import { addressOfSource, ago, badge, principalWords } from './words.ts'

export const hostRoutes = (parts: PageParts): readonly PageRoute[] => [
  {
    method: 'GET',
    path: '/ui/hosts/:host',
    handle: (visit) => {
      const name = ownHost(visit, partOf(visit, 'host'))
      const host = hostText(name).toLowerCase()
      return shown({ title: host, entry: '/ui/', body: hostBody(parts, visit, name, host) })
    },
  },
]

const hostBody = (parts: PageParts, visit: Visit, name: Name, host: string): Html => {
  const state = parts.hosts.of(host)
  const addresses = addressesOf(parts.zones().enclosing(name), name)
  return html`<div class="head">
      <h1>${host}</h1>
      <a class="button" href="${url`/ui/setup?host=${host}`}">Set up a device</a>
    </div>
    <section class="card" aria-labelledby="state">
      <h2 id="state">State</h2>
      <p class="row">${badge(state.condition)} <span>${state.words}</span></p>
      ${failureNote(state)} ${state.hints.map((hint) => html`<p class="note warn">${hint}</p>`)}
      <p>
        ${addresses.length === 0 ? 'It has no address now.' : undefined}
        ${addresses.map((text) => html`<code>${text}</code> `)}
      </p>
      ${seenLine(parts, state)}
    </section>
    ${tokenSection(parts, visit, name, host)}
    <section class="card" aria-labelledby="history">
      <h2 id="history">History</h2>
      ${historyPart(parts, visit, name, host)}
    </section>
    <section class="card" aria-labelledby="requests">
      <h2 id="requests">Last requests</h2>
      <p class="soft small" id="status" role="status">As of when this page was loaded.</p>
      ${attemptList(parts, visit, { host, waiting: 'New requests show up by themselves.' })}
    </section>`
}

const failureNote = ({ condition, lastFailure }: HostState): Html | undefined =>
  condition === 'failing' && lastFailure !== undefined
    ? html`<p class="note bad">${adviceFor(lastFailure.outcome)}</p>`
    : undefined

const seenLine = ({ clock }: PageParts, { lastSeen }: HostState): Html | undefined => {
  if (lastSeen === undefined) return undefined
  const { time, address, agent } = lastSeen
  return html`<p class="soft small">
    Last seen ${ago(clock, time)}: ${agent === '' ? 'a client' : agent} from
    <span class="mono">${address}</span>
  </p>`
}

const tokenSection = (parts: PageParts, visit: Visit, name: Name, host: string): Html => {
  const tokens = tokensFor(parts.tokens, visit, name)
  return html`<section class="card" aria-labelledby="tokens">
    <h2 id="tokens">Tokens</h2>
    ${
      tokens.length === 0
        ? html`<p class="soft">No token is for this host: set up a device to make one.</p>`
        : tokenTable(parts, visit, host, tokens)
    }
  </section>`
}

const tokenTable = (
  { clock }: PageParts,
  { formToken }: Visit,
  host: string,
  tokens: readonly TokenEntry[],
): Html =>
  table(
    'Tokens',
    [
      {
        label: 'Token',
        cell: ({ name, hosts, below, types }) =>
          html`<strong>${name}</strong>
            <p class="small soft">
              ${types.join(', ')} of ${hosts.join(' ')}${below ? ' and below' : ''}
            </p>`,
      },
      {
        label: 'Used',
        cell: ({ lastUse }) =>
          lastUse === undefined
            ? html`<span class="soft">never</span>`
            : html`${ago(clock, lastUse.time)}
                <p class="small soft">
                  ${lastUse.agent} from <span class="mono">${lastUse.source}</span>
                </p>`,
      },
      {
        label: 'Good until',
        cell: ({ expires, retires }) =>
          html`${expires === undefined ? 'it is revoked' : isoTime(expires).slice(0, 10)}
          ${
            retires === undefined
              ? undefined
              : html`<p class="small soft">
                  its older secret until ${isoTime(retires).slice(0, 10)}
                </p>`
          }`,
      },
      {
        label: 'Change',
        cell: ({ name }) =>
          html`<div class="row">
            <form method="post" action="/ui/tokens/rotate">
              ${hidden({ form: formToken, name, host })}
              <button class="quiet">New secret<span class="hide"> of ${name}</span></button>
            </form>
            <a class="button danger" href="${url`/ui/tokens/revoke?name=${name}&host=${host}`}"
              >Revoke</a
            >
          </div>`,
      },
    ],
    tokens,
  )

const historyPart = (
  { store, zones, clock }: PageParts,
  { query }: Visit,
  name: Name,
  host: string,
): Html => {
  const view = zones().enclosing(name)?.view
  if (view === undefined) return html`<p class="soft">The zone of this host is not served here.</p>`
  const { changes, older } = hostHistory(store, view, name, serialFromText(fieldOf(query, 'upto')))
  return html`${
    changes.length === 0
      ? html`<p class="soft">
          ${older === undefined ? 'Nothing has changed it yet.' : 'Other changes of the zone came after its last.'}
        </p>`
      : table<HostChange>(
          'Changes of this host, the newest first',
          [
            { label: 'When', cell: ({ timeMilliseconds }) => ago(clock, timeMilliseconds) },
            {
              label: 'What',
              cell: ({ lines }) => lines.map((line) => html`<div class="mono">${line}</div>`),
            },
            {
              label: 'Who',
              cell: ({ principal, source }) =>
                html`${principalWords(principal)}
                ${
                  source === ''
                    ? undefined
                    : html`<p class="small soft mono">${addressOfSource(source)}</p>`
                }`,
            },
          ],
          changes,
        )
  }
  ${
    older === undefined
      ? undefined
      : html`<p><a href="${url`/ui/hosts/${host}?upto=${older}`}">Older changes</a></p>`
  }`
}
