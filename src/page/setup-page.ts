/**
 * The wizard: which device, which host; then its configuration with the secret in it, this one time, and
 * what arrives from the device, live.
 */
import { hostText } from '../access/web-identity.ts'
import type { TokenScope, Tokens } from '../access/tokens.ts'
import type { WebClient } from '../clients/web/web-client.ts'
import { webClients } from '../clients/web/web-clients.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import { lowerCaseName, type Name } from '../wire/name.ts'
import { clientSection, waitingSection } from './client-section.ts'
import { lastNumber } from './attempt-view.ts'
import { hidden } from './frame.ts'
import { ownHosts } from './hosts-page.ts'
import { html, url, type Html } from './html.ts'
import { tokensFor } from './own-tokens.ts'
import type { PageParts } from './parts.ts'
import { fieldOf, isOwn, ownHost, PageRefusal, shown, type PageRoute, type Visit } from './visit.ts'

/** Tokens of one host that somebody may make here. */
const MOST_TOKENS = 10

export const setupRoutes = (parts: PageParts): readonly PageRoute[] => [
  {
    method: 'GET',
    path: '/ui/setup',
    handle: (visit) =>
      shown({ title: 'Set up a device', entry: '/ui/setup', body: setupBody(parts, visit) }),
  },
  { method: 'POST', path: '/ui/setup', handle: (visit) => makeToken(parts, visit) },
  {
    method: 'GET',
    path: '/ui/setup/wait',
    handle: (visit) => {
      const host = hostText(ownHost(visit, fieldOf(visit.query, 'host'))).toLowerCase()
      const after = Number(visit.query.get('after')) || 0
      return shown({
        title: `Waiting for ${host}`,
        entry: '/ui/setup',
        refresh: 5,
        body: html`<h1>Waiting for ${host}</h1>
          ${waitingSection(parts, visit, host, after)}
          <p><a href="${url`/ui/hosts/${host}`}">To the host</a></p>`,
      })
    },
  },
]

const setupBody = (parts: PageParts, visit: Visit): Html => {
  const host = fieldOf(visit.query, 'host')
  return html`<h1>Set up a device</h1>
    <form method="post" action="/ui/setup" class="card">
      ${hidden({ form: visit.formToken })} ${hostField(parts, visit, host)}
      <fieldset>
        <legend>Device or program</legend>
        <div class="choices">
          ${webClients.map(
            ({ id, title }, at) =>
              html`<label>
                <input
                  type="radio"
                  name="client"
                  value="${id}"
                  ${at === 0 ? html`checked` : undefined}
                />
                ${title}
              </label>`,
          )}
        </div>
      </fieldset>
      <p class="actions"><button>Make a token and show the configuration</button></p>
      <p class="help">The token is shown this one time. A device that has one already keeps it.</p>
    </form>
    ${placeholderSections(visit, host)}`
}

const hostField = (parts: PageParts, visit: Visit, host: string): Html => {
  const { user } = visit
  const hosts = ownHosts(parts, visit).map(({ state }) => state.host)
  if (user.role === 'owner' && !user.below) {
    return html`<label for="host">Host</label>
      <select id="host" name="host">
        ${hosts.map(
          (one) => html`<option ${one === host ? html`selected` : undefined}>${one}</option>`,
        )}
      </select>`
  }
  return html`<label for="host">Host</label>
    <input
      id="host"
      name="host"
      value="${host}"
      list="hosts"
      required
      maxlength="255"
      autocapitalize="none"
      spellcheck="false"
      aria-describedby="host-help"
    />
    <datalist id="hosts">${hosts.map((one) => html`<option value="${one}"></option>`)}</datalist>
    <p class="help" id="host-help">
      The whole name, such as home.dyn.example. It need not be there yet.
    </p>`
}

/** For whoever has the token already, and wants to read how it is done. */
const placeholderSections = (visit: Visit, host: string): Html => {
  const chosen = webClients.find(({ id }) => id === visit.query.get('client'))
  return html`<section class="card" aria-labelledby="look">
    <h2 id="look">Only look at a configuration</h2>
    <ul class="tabs">
      ${webClients.map(
        ({ id, title }) =>
          html`<li>
            <a
              href="${url`/ui/setup?client=${id}&host=${host}`}#look"
              ${id === chosen?.id ? html`aria-current="true"` : undefined}
              >${title}</a
            >
          </li>`,
      )}
    </ul>
    ${
      chosen === undefined
        ? undefined
        : clientSection(chosen, {
            origin: visit.origin,
            host: host === '' ? 'home.dyn.example' : host,
            token: 'TOKEN',
          })
    }
  </section>`
}

const makeToken = (parts: PageParts, visit: Visit): ReturnType<PageRoute['handle']> => {
  const { tokens, log } = parts
  const { form } = visit
  const client = webClients.find(({ id }) => id === form.get('client'))
  if (client === undefined) throw new PageRefusal(400, 'Choose a device.')
  const name = wantedHost(parts, visit, fieldOf(form, 'host'))
  const host = hostText(name)
  const after = lastNumber(parts)
  const scope = scopeFor(tokens, visit, name, client)
  const token = tokens.create(scope)
  log.info(
    { user: visit.user.name, source: visit.address, token: scope.name },
    'token made by the page',
  )
  return shown({
    title: `${client.title} for ${host}`,
    entry: '/ui/setup',
    body: html`<h1>${client.title} for ${host}</h1>
      <p class="note warn">
        The token <strong>${scope.name}</strong> is shown this one time: copy it now.
      </p>
      <section class="card" aria-labelledby="configuration">
        <h2 id="configuration">1. Type this in</h2>
        ${clientSection(client, { origin: visit.origin, host, token })}
      </section>
      ${waitingSection(parts, visit, host, after)}
      <p><a href="${url`/ui/hosts/${host}`}">To the host</a></p>`,
  })
}

/** @throws PageRefusal */
const wantedHost = ({ zones }: PageParts, visit: Visit, text: string): Name => {
  const parsed = nameFromText(text.trim())
  if (!parsed.ok) throw new PageRefusal(400, `"${text}" is no domain name: ${parsed.why}.`)
  if (!isOwn(visit, text.trim())) throw new PageRefusal(403, `${text} is none of your hosts.`)
  const zone = zones().enclosing(parsed.name)
  if (zone === undefined) throw new PageRefusal(400, `${text} is in no zone of this server.`)
  if (zone.isSecondary === true) {
    throw new PageRefusal(
      409,
      `${text} is in a zone of another server, which has to make the token.`,
    )
  }
  return lowerCaseName(parsed.name)
}

/** A name of its own for each token: the host, and a number where there is one already. */
const scopeFor = (tokens: Tokens, visit: Visit, name: Name, { types }: WebClient): TokenScope => {
  if (tokensFor(tokens, visit, name).length >= MOST_TOKENS) {
    throw new PageRefusal(409, `The host has ${MOST_TOKENS} tokens: revoke one that is not used.`)
  }
  const host = nameToText(name)
  let free = host
  for (let number = 2; tokens.has(free); number++) free = `${host}-${number}`
  return { name: free, hosts: [host], below: false, types, from: [] }
}
