/** TSIG keys for admins: which there are and when they were used; their secrets are on no page. */
import { expiryText, type HeldKey } from '../access/keyring.ts'
import { html, type Html } from './html.ts'
import type { PageParts } from './parts.ts'
import { table } from './table.ts'
import { shown, type PageRoute } from './visit.ts'
import { ago } from './words.ts'

export const keysRoutes = (parts: PageParts): readonly PageRoute[] => [
  {
    method: 'GET',
    path: '/ui/keys',
    isAdmins: true,
    handle: () => shown({ title: 'Keys', entry: '/ui/keys', body: keysBody(parts) }),
  },
]

const keysBody = ({ keyring, keyUses, clock }: PageParts): Html => {
  const lastUse = keyUses.lastUses()
  return html`<h1>TSIG keys</h1>
    <section class="card">
      ${table<HeldKey>(
        'TSIG keys',
        [
          { label: 'Key', cell: ({ current }) => html`<span class="mono">${current.text}</span>` },
          { label: 'Algorithm', cell: ({ current }) => current.algorithm.text },
          { label: 'Expires', cell: expiryText },
          {
            label: 'Rotation',
            cell: ({ old }) => (old === undefined ? undefined : 'the old secret is taken, too'),
          },
          {
            label: 'Used',
            cell: ({ current }) => {
              const use = lastUse(current)
              return use === undefined
                ? html`<span class="soft">never</span>`
                : html`${ago(clock, use.timeMilliseconds)}
                    <p class="small soft mono">${use.source}</p>`
            },
          },
        ],
        keyring(),
      )}
      <p class="soft small">
        Keys are made, rotated and shown on the server: <code>livezone key</code>.
      </p>
    </section>`
}
