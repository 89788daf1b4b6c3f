/** Tokens that are there: a new secret, or an end. */
import { hostText } from '../access/web-identity.ts'
import { webClients } from '../clients/web/web-clients.ts'
import { waitingSection } from './client-section.ts'
import { lastNumber } from './attempt-view.ts'
import { hidden } from './frame.ts'
import { html, url, type Html } from './html.ts'
import { ownToken } from './own-tokens.ts'
import type { PageParts } from './parts.ts'
import { fieldOf, ownHost, redirect, shown, type PageRoute, type Visit } from './visit.ts'

export const tokenRoutes = (parts: PageParts): readonly PageRoute[] => [
  { method: 'POST', path: '/ui/tokens/rotate', handle: (visit) => rotate(parts, visit) },
  {
    method: 'GET',
    path: '/ui/tokens/revoke',
    handle: (visit) => {
      const { name } = ownToken(parts.tokens, visit, fieldOf(visit.query, 'name'))
      const host = hostIn(visit, visit.query)
      return shown({ title: `Revoke ${name}`, entry: '/ui/', body: askBody(visit, name, host) })
    },
  },
  {
    method: 'POST',
    path: '/ui/tokens/revoke',
    handle: (visit) => {
      const { name } = ownToken(parts.tokens, visit, fieldOf(visit.form, 'name'))
      const host = hostIn(visit, visit.form)
      parts.tokens.revoke(name)
      parts.log.info(
        { user: visit.user.name, source: visit.address, token: name },
        'token revoked by the page',
      )
      return redirect(url`/ui/hosts/${host}`)
    },
  },
]

/** Where to go back to. */
const hostIn = (visit: Visit, from: URLSearchParams): string =>
  hostText(ownHost(visit, fieldOf(from, 'host')))

const askBody = ({ formToken }: Visit, name: string, host: string): Html =>
  html`<h1>Revoke ${name}?</h1>
    <section class="card">
      <p>Whatever uses this token is not let in any more. The addresses stay as they are.</p>
      <form method="post" action="/ui/tokens/revoke" class="row">
        ${hidden({ form: formToken, name, host })}
        <button class="danger">Revoke the token</button>
        <a href="${url`/ui/hosts/${host}`}">Keep it</a>
      </form>
    </section>`

const rotate = (parts: PageParts, visit: Visit): ReturnType<PageRoute['handle']> => {
  const { tokens, log } = parts
  const { name } = ownToken(tokens, visit, fieldOf(visit.form, 'name'))
  const host = hostIn(visit, visit.form)
  const after = lastNumber(parts)
  const secret = tokens.rotate(name)
  log.info(
    { user: visit.user.name, source: visit.address, token: name },
    'token rotated by the page',
  )
  return shown({
    title: `New secret of ${name}`,
    entry: '/ui/',
    body: html`<h1>New secret of ${name}</h1>
      <p class="note warn">
        It is shown this one time: copy it now. The old one ends when this one is used, or in a
        week.
      </p>
      <section class="card" aria-labelledby="configuration">
        <h2 id="configuration">1. Put it into the device as its password</h2>
        <pre id="snippet" tabindex="0" aria-label="The new secret">${secret}</pre>
        <p><button type="button" class="quiet" data-copy="snippet" hidden>Copy</button></p>
        <p class="soft small">
          Where that is:
          ${webClients.map(
            ({ id, title }) =>
              html`<a href="${url`/ui/setup?client=${id}&host=${host}`}#look" target="_blank"
                >${title}</a
              > `,
          )}
        </p>
      </section>
      ${waitingSection(parts, visit, host, after)}
      <p><a href="${url`/ui/hosts/${host}`}">To the host</a></p>`,
  })
}
