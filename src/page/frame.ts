/** What stands around every page: head, menu, and what is said when something cannot be shown. */
import type { UserRecord } from '../zone/user-store.ts'
import { iconAsset, scriptAsset, styleAsset } from './assets.ts'
import { html, type Html } from './html.ts'
import type { Page } from './visit.ts'

interface Entry {
  readonly path: string
  readonly text: string
  readonly isAdmins?: true
}

const MENU: readonly Entry[] = [
  { path: '/ui/', text: 'Hosts' },
  { path: '/ui/setup', text: 'Set up a device' },
  { path: '/ui/log', text: 'Live log' },
  { path: '/ui/zones', text: 'Zones', isAdmins: true },
  { path: '/ui/keys', text: 'Keys', isAdmins: true },
  { path: '/ui/refused', text: 'Refused', isAdmins: true },
]

/** @param formToken for the button that signs out */
export const framed = (page: Page, user: UserRecord, formToken: string): Html =>
  documentOf(
    page,
    html`<a class="skip" href="#main">To the content</a>
      <header class="bar">
        <div>
          <a class="brand" href="/ui/"><img src="${iconAsset.path}" alt="" />livezone</a>
          <nav aria-label="Pages">
            <ul>
              ${MENU.filter(({ isAdmins }) => isAdmins !== true || user.role === 'admin').map(
                ({ path, text }) =>
                  html`<li><a href="${path}" ${currentIf(path === page.entry)}>${text}</a></li>`,
              )}
            </ul>
          </nav>
          <div class="who small">
            <a href="/ui/account">${user.name}</a>
            <form method="post" action="/ui/logout">
              ${hidden({ form: formToken })}<button class="link">Sign out</button>
            </form>
          </div>
        </div>
      </header>
      <main id="main">${page.body}</main>`,
  )

/** For those who are not signed in. */
export const bare = (title: string, body: Html): Html =>
  documentOf({ title, entry: '', body }, html`<main class="narrow" id="main">${body}</main>`)

const documentOf = ({ title, refresh }: Page, body: Html): Html =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} – livezone</title>
        <link rel="icon" href="${iconAsset.path}" type="image/svg+xml" />
        <link rel="stylesheet" href="${styleAsset.path}" />
        <script src="${scriptAsset.path}" defer></script>
        ${
          refresh === undefined
            ? undefined
            : html`<noscript><meta http-equiv="refresh" content="${refresh}" /></noscript>`
        }
      </head>
      <body>
        ${body}
      </body>
    </html> `

export const currentIf = (is: boolean): Html | undefined =>
  is ? html`aria-current="page"` : undefined

export const hidden = (fields: Readonly<Record<string, string>>): Html[] =>
  Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )

/** One thing that cannot be shown or done, in words. */
export const problemPage = (title: string, words: string): Page => ({
  title,
  entry: '',
  body: html`<h1>${title}</h1>
    <p class="note bad">${words}</p>
    <p><a href="/ui/">Back to the hosts</a></p>`,
})
