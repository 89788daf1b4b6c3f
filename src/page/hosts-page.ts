/** The first page: all hosts that are one's own, how they are and who updated them last. */
import { hostText } from '../access/web-identity.ts'
import type { HostState } from '../dyndns/host-states.ts'
import { nameFromText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import { addressesOf, lastChanges } from './addresses.ts'
import { html, url, type Html } from './html.ts'
import type { PageParts } from './parts.ts'
import { table } from './table.ts'
import { isOwn, shown, type PageRoute, type Visit } from './visit.ts'
import { ago, badge } from './words.ts'

/** Hosts on one page. */
const MOST = 200

export const hostsRoutes = (parts: PageParts): readonly PageRoute[] => [
  {
    method: 'GET',
    path: '/ui/',
    handle: (visit) =>
      shown({ title: 'Hosts', entry: '/ui/', body: hostsBody(parts, visit), refresh: 60 }),
  },
]

interface Row {
  readonly name: Name
  readonly state: HostState
}

/** Those that are in use, and what else an owner was given. */
export const ownHosts = (parts: PageParts, visit: Pick<Visit, 'user'>): readonly Row[] => {
  const states = new Map(parts.hosts.all().map((state) => [state.host, state]))
  for (const text of visit.user.hosts) {
    const parsed = nameFromText(text)
    const host = parsed.ok ? hostText(parsed.name) : ''
    if (host !== '' && !states.has(host)) states.set(host, parts.hosts.of(host))
  }
  return [...states.values()].flatMap((state) => {
    const parsed = nameFromText(state.host)
    return parsed.ok && isOwn(visit, state.host) ? [{ name: parsed.name, state }] : []
  })
}

const hostsBody = (parts: PageParts, visit: Visit): Html => {
  const all = ownHosts(parts, visit)
  const from = Math.max(0, Number(visit.query.get('from')) || 0)
  const rows = all.slice(from, from + MOST)
  return html`<div class="head">
      <h1>Hosts</h1>
      <a class="button" href="/ui/setup">Set up a device</a>
    </div>
    ${troubleNote(all)}
    ${
      rows.length === 0
        ? html`<section class="card">
            <p>No host has a token yet.</p>
            <p class="soft">Set up a device: that makes a token, and shows what to type where.</p>
          </section>`
        : html`<section class="card">${hostTable(parts, rows)}</section>`
    }
    ${
      all.length > from + MOST
        ? html`<p><a href="${url`/ui/?from=${from + MOST}`}">More hosts</a></p>`
        : undefined
    }`
}

const troubleNote = (rows: readonly Row[]): Html | undefined => {
  const failing = rows.filter(({ state }) => state.condition === 'failing').length
  if (failing === 0) return undefined
  const words = failing === 1 ? 'One host fails' : `${failing} hosts fail`
  return html`<p class="note bad" role="status">
    ${words}: what the device has to do stands beside it.
  </p>`
}

const hostTable = (parts: PageParts, rows: readonly Row[]): Html => {
  const changes = lastChanges(
    parts,
    rows.map(({ name }) => name),
  )
  return table<Row>(
    'Hosts',
    [
      {
        label: 'Host',
        cell: ({ state }) => html`<a href="${url`/ui/hosts/${state.host}`}">${state.host}</a>`,
      },
      {
        label: 'State',
        cell: ({ state }) =>
          html`${badge(state.condition)}
          ${state.condition === 'ok' ? undefined : html`<p class="small soft">${state.words}</p>`}`,
      },
      {
        label: 'Addresses',
        cell: ({ name }) => {
          const addresses = addressesOf(parts.zones().enclosing(name), name)
          const changed = changes.get(nameKeyOf(name))
          return html`${addresses.map((text) => html`<div class="mono">${text}</div>`)}
          ${addresses.length === 0 ? html`<span class="soft">none</span>` : undefined}
          ${
            changed === undefined
              ? undefined
              : html`<p class="small soft">since ${ago(parts.clock, changed)}</p>`
          }`
        },
      },
      { label: 'Last seen', cell: ({ state }) => seenCell(parts, state) },
    ],
    rows,
  )
}

const seenCell = ({ clock }: PageParts, { lastSeen }: HostState): Html => {
  if (lastSeen === undefined) return html`<span class="soft">never</span>`
  const { time, address, agent } = lastSeen
  return html`${ago(clock, time)}
    <p class="small soft">
      ${agent === '' ? 'a client' : agent} from <span class="mono">${address}</span>
    </p>`
}
