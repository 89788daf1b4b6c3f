/** Zones for admins: which there are, their records, their secondaries and their history. */
import { rowOf } from '../history/rows.ts'
import { recordToText } from '../text/record-text.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import { serialFromText } from '../history/point-text.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import type { Node } from '../zone/node.ts'
import { serialOfApex } from '../zone/soa.ts'
import type { JournalEntry, ZoneView } from '../zone/zone.ts'
import { html, url, type Html } from './html.ts'
import type { PageParts, PageZone } from './parts.ts'
import { table } from './table.ts'
import { fieldOf, PageRefusal, partOf, shown, type PageRoute, type Visit } from './visit.ts'
import { addressOfSource, ago, principalWords } from './words.ts'

/** Zones, names and changes on one page. */
const MOST_ZONES = 200
const MOST_NAMES = 100
const MOST_ROWS = 25
/** Records of one name that are shown. */
const MOST_RECORDS = 50

export const zoneRoutes = (parts: PageParts): readonly PageRoute[] => [
  {
    method: 'GET',
    path: '/ui/zones',
    isAdmins: true,
    handle: (visit) => shown({ title: 'Zones', entry: '/ui/zones', body: zonesBody(parts, visit) }),
  },
  {
    method: 'GET',
    path: '/ui/zones/:zone',
    isAdmins: true,
    handle: (visit) => {
      const { zone, view } = servedZone(parts, visit)
      const text = nameToText(zone.apex)
      return shown({ title: text, entry: '/ui/zones', body: zoneBody(parts, visit, zone, view) })
    },
  },
]

/** @throws PageRefusal where there is none of that name */
export const servedZone = (
  { zones }: Pick<PageParts, 'zones'>,
  { params }: Pick<Visit, 'params'>,
): { readonly zone: PageZone; readonly view: ZoneView } => {
  const text = partOf({ params }, 'zone')
  const parsed = nameFromText(text)
  const zone = parsed.ok ? zones().get(parsed.name) : undefined
  if (zone?.view === undefined) throw new PageRefusal(404, `This server serves no zone ${text}.`)
  return { zone, view: zone.view }
}

const zonesBody = ({ zones, store, clock }: PageParts, { query }: Visit): Html => {
  const from = Math.max(0, Number(query.get('from')) || 0)
  const all = [...zones()]
  const rows = all.slice(from, from + MOST_ZONES)
  return html`<h1>Zones</h1>
    <section class="card">
      ${table<PageZone>(
        'Zones',
        [
          {
            label: 'Zone',
            cell: ({ apex }) => {
              const text = nameToText(apex)
              return html`<a href="${url`/ui/zones/${text}`}">${text}</a>`
            },
          },
          {
            label: 'Kind',
            cell: ({ isSecondary }) => (isSecondary === true ? 'secondary' : 'primary'),
          },
          {
            label: 'Serial',
            cell: ({ view }) =>
              view === undefined ? 'not there yet' : serialOfApex(view.get(view.apexKey)),
          },
          {
            label: 'Changed',
            cell: ({ view }) => {
              const [last] = view === undefined ? [] : store.journal(view, { newestFirst: true })
              return last && ago(clock, last.timeMilliseconds)
            },
          },
        ],
        rows,
      )}
    </section>
    ${
      all.length > from + MOST_ZONES
        ? html`<p><a href="${url`/ui/zones?from=${from + MOST_ZONES}`}">More zones</a></p>`
        : undefined
    }`
}

const zoneBody = (parts: PageParts, { query }: Visit, zone: PageZone, view: ZoneView): Html => {
  const text = nameToText(zone.apex)
  return html`<h1>${text}</h1>
    ${secondariesSection(parts, zone)}
    <section class="card" aria-labelledby="history">
      <h2 id="history">History</h2>
      ${historyTable(parts, zone, view, fieldOf(query, 'upto'))}
    </section>
    <section class="card" aria-labelledby="records">
      <h2 id="records">Records</h2>
      ${recordPart(view, text, fieldOf(query, 'from'))}
    </section>`
}

const recordPart = (view: ZoneView, zone: string, from: string): Html => {
  const parsed = nameFromText(from)
  const start = from !== '' && parsed.ok ? nameKeyOf(parsed.name) : undefined
  const nodes: Node[] = []
  let next: Node | undefined
  for (const node of view.nodes(start)) {
    next = node
    if (nodes.length >= MOST_NAMES) break
    nodes.push(node)
    next = undefined
  }
  return html`<form class="row" method="get" action="${url`/ui/zones/${zone}`}#records">
      <label for="from">From this name on</label>
      <input id="from" name="from" value="${from}" autocapitalize="none" spellcheck="false" />
      <button class="quiet">Show</button>
    </form>
    <pre tabindex="0" aria-label="Records">${nodes.flatMap(recordLines).join('\n')}</pre>
    ${
      next === undefined
        ? undefined
        : html`<p>
            <a href="${url`/ui/zones/${zone}?from=${nameToText(next.owner)}`}#records"
              >More records</a
            >
          </p>`
    }`
}

const recordLines = ({ owner, rrsets }: Node): string[] => {
  const all = rrsets.flatMap(({ type, ttl, rdatas }) =>
    rdatas.map((rdata) => ({ type, ttl, rdata })),
  )
  const lines = all
    .slice(0, MOST_RECORDS)
    .map(({ type, ttl, rdata }) => recordToText(owner, ttl, type, rdata))
  const more = all.length - lines.length
  return more > 0 ? [...lines, `; and ${more} more`] : lines
}

const historyTable = (
  { store, clock }: PageParts,
  zone: PageZone,
  view: ZoneView,
  upToText: string,
): Html => {
  const upTo = serialFromText(upToText)
  const entries: JournalEntry[] = []
  let older: JournalEntry | undefined
  for (const entry of store.journal(view, {
    newestFirst: true,
    ...(upTo !== undefined && { upTo }),
  })) {
    if (entries.length >= MOST_ROWS) {
      older = entry
      break
    }
    entries.push(entry)
  }
  const apex = nameToText(zone.apex)
  return html`${
    entries.length === 0
      ? html`<p class="soft">Nothing has changed yet.</p>`
      : table<JournalEntry>(
          'Changes, the newest first',
          [
            { label: 'Serial', cell: ({ changeset }) => changeset.serialAfter },
            { label: 'When', cell: ({ timeMilliseconds }) => ago(clock, timeMilliseconds) },
            { label: 'What', cell: patchCell },
            {
              label: 'Who',
              cell: ({ author }) =>
                html`${principalWords(author.principal)}
                  <p class="small soft mono">${addressOfSource(author.source)}</p>`,
            },
            {
              label: 'Undo',
              cell: ({ changeset }) =>
                zone.isSecondary === true
                  ? undefined
                  : html`<a href="${url`/ui/zones/${apex}/undo/${changeset.serialAfter}`}"
                      >Undo&nbsp;…</a
                    >`,
            },
          ],
          entries,
        )
  }
  ${
    older === undefined
      ? undefined
      : html`<p>
          <a href="${url`/ui/zones/${apex}?upto=${older.changeset.serialAfter}`}#history"
            >Older changes</a
          >
        </p>`
  }`
}

const patchCell = (entry: JournalEntry): Html => {
  const { removed, added } = rowOf(entry)
  const lines = [
    ...removed.map((line) => ({ sign: '−', look: 'minus', line })),
    ...added.map((line) => ({ sign: '+', look: 'plus', line })),
  ]
  const more = lines.length - MOST_RECORDS
  return html`${lines
    .slice(0, MOST_RECORDS)
    .map(({ sign, look, line }) => html`<code class="diff ${look}">${sign} ${line}</code>`)}
  ${more > 0 ? html`<p class="soft">and ${more} more</p>` : undefined}`
}

const secondariesSection = (
  { secondaries, clock }: PageParts,
  { apex }: PageZone,
): Html | undefined => {
  const all = secondaries(apex)
  if (all.length === 0) return undefined
  return html`<section class="card" aria-labelledby="secondaries">
    <h2 id="secondaries">Secondaries</h2>
    ${table(
      'Secondaries',
      [
        { label: 'Server', cell: ({ address }) => html`<span class="mono">${address}</span>` },
        { label: 'State', cell: ({ state }) => state },
        { label: 'Has', cell: ({ has }) => has?.serial ?? 'not known' },
        {
          label: 'Seen',
          cell: ({ seen, failure }) =>
            html`${seen === null ? 'never' : ago(clock, seen)}
            ${failure === null ? undefined : html`<p class="small soft">${failure}</p>`}`,
        },
      ],
      all,
    )}
  </section>`
}
