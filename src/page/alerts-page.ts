/** Alerts for admins: where they go, what there is to tell now, and a test that says what came of it. */
import type { TestResult } from '../alerts/alerts.ts'
import type { Way } from '../alerts/way.ts'
import type { HostCondition, HostState } from '../dyndns/host-states.ts'
import type { LoginBlock } from '../dyndns/login-blocks.ts'
import { hidden } from './frame.ts'
import { html, url, type Html } from './html.ts'
import type { PageParts } from './parts.ts'
import { table } from './table.ts'
import { PageRefusal, shown, type PageAnswer, type PageRoute, type Visit } from './visit.ts'
import { ago, badge, until } from './words.ts'

/** Hosts, and sources that are held back; of more there is the number. */
const MOST = 200

const PATH = '/ui/alerts'

export const alertsRoutes = (parts: PageParts): readonly PageRoute[] => [
  {
    method: 'GET',
    path: PATH,
    isAdmins: true,
    handle: (visit) => shown(alertsPage(parts, visit, [])),
  },
  { method: 'POST', path: PATH, isAdmins: true, handle: (visit) => test(parts, visit) },
]

/** Waits for every way: none takes longer than its limit. */
const test = async (parts: PageParts, visit: Visit): Promise<PageAnswer> => {
  const results = await parts.alerts.test()
  if (results.length === 0) throw new PageRefusal(409, 'Alerts go nowhere: no way is configured.')
  const { user, address } = visit
  parts.log.info({ user: user.name, source: address, results }, 'alerts tested by the page')
  return shown(alertsPage(parts, visit, results))
}

const alertsPage = (parts: PageParts, { formToken }: Visit, results: readonly TestResult[]) => ({
  title: 'Alerts',
  entry: PATH,
  body: html`<h1>Alerts</h1>
    ${results.map(resultNote)}
    <section class="card" aria-labelledby="ways">
      <h2 id="ways">Where they go</h2>
      ${waysSection(parts.alerts.ways, formToken)}
    </section>
    <section class="card" aria-labelledby="hosts">
      <h2 id="hosts">Hosts that are not well</h2>
      ${hostsSection(parts.hosts.all().filter(({ condition }) => IS_ILL[condition]))}
    </section>
    <section class="card" aria-labelledby="blocks">
      <h2 id="blocks">Sources whose logins fail too often</h2>
      ${blocksSection(parts)}
    </section>`,
})

const IS_ILL: Readonly<Record<HostCondition, boolean>> = {
  ok: false,
  unseen: false,
  stale: true,
  flapping: true,
  failing: true,
  blocked: true,
}

/** Words of the other side are a stranger's. */
const resultNote = ({ way, isDelivered, words }: TestResult): Html =>
  html`<p class="note ${isDelivered ? 'ok' : 'bad'}" role="status">
    The test by ${way} ${isDelivered ? 'was taken' : 'did not go out'}: ${words}
  </p>`

const waysSection = (ways: readonly Way[], formToken: string): Html =>
  ways.length === 0
    ? html`<p>Nowhere: they are in the log alone.</p>
        <p class="soft">
          Write <code>webhook</code> below <code>[alerts]</code>, or <code>[alerts.smtp]</code> with
          <code>server</code>, <code>from</code> and <code>to</code>, into the configuration, and
          run <code>livezone reload</code>; docs/alerts.md has all the settings.
        </p>`
    : html`${table<Way>(
          'Ways of delivery',
          [
            { label: 'Way', cell: ({ name }) => name },
            { label: 'To', cell: ({ to }) => html`<span class="mono">${to}</span>` },
          ],
          ways,
        )}
        <form method="post" action="${PATH}">
          ${hidden({ form: formToken })}
          <p class="row actions"><button>Send a test</button></p>
        </form>`

const hostsSection = (ill: readonly HostState[]): Html =>
  ill.length === 0
    ? html`<p class="soft">All are well.</p>`
    : html`${table<HostState>(
        'Hosts that are not well',
        [
          {
            label: 'Host',
            cell: ({ host }) => html`<a href="${url`/ui/hosts/${host}`}">${host}</a>`,
          },
          { label: 'State', cell: ({ condition }) => badge(condition) },
          { label: 'Why', cell: ({ words }) => words },
        ],
        ill.slice(0, MOST),
      )}
      ${moreThan(ill.length)}`

const blocksSection = ({ logins, clock }: PageParts): Html => {
  const blocks = logins.list()
  if (blocks.length === 0) return html`<p class="soft">None is held back.</p>`
  return html`${table<LoginBlock>(
      'Sources that are held back',
      [
        { label: 'Source', cell: ({ source }) => html`<span class="mono">${source}</span>` },
        { label: 'Since', cell: ({ since }) => ago(clock, since) },
        { label: 'For', cell: (block) => until(clock, block.until) },
        { label: 'Logins refused meanwhile', cell: ({ refused }) => refused },
      ],
      blocks.slice(0, MOST),
    )}
    ${moreThan(blocks.length)}
    <p class="soft small">
      To let one in again before its time: <code>livezone blocks clear</code> on the server.
    </p>`
}

const moreThan = (count: number): Html | undefined =>
  count > MOST ? html`<p class="soft">and ${count - MOST} more</p>` : undefined
