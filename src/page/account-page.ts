/** One's own account: who one is here, and another password. */
import { hidden } from './frame.ts'
import { html, type Html } from './html.ts'
import type { Logins } from './login-page.ts'
import type { PageParts } from './parts.ts'
import { fieldOf, PageRefusal, shown, type PageRoute, type Visit } from './visit.ts'

export const accountRoutes = ({ users, log }: PageParts, logins: Logins): readonly PageRoute[] => [
  {
    method: 'GET',
    path: '/ui/account',
    handle: (visit) => shown({ title: 'Account', entry: '/ui/account', body: accountBody(visit) }),
  },
  {
    method: 'POST',
    path: '/ui/account',
    handle: async (visit) => {
      const { user, form } = visit
      const password = fieldOf(form, 'password')
      if (password !== fieldOf(form, 'again'))
        throw new PageRefusal(400, 'These are two new passwords: nothing was done.')
      // Whoever has found a browser that is signed in guesses no faster than others.
      const result = await logins.tryIn(user.name, fieldOf(form, 'old'), visit.address)
      if (result.kind === 'later') {
        throw new PageRefusal(
          409,
          `Too many tries: wait ${result.seconds} seconds and try again. Nothing was done.`,
        )
      }
      if (result.kind === 'wrong') {
        throw new PageRefusal(403, 'The old password is another one: nothing was done.')
      }
      await users.setPassword(user.name, password)
      log.info({ user: user.name, source: visit.address }, 'another password, by the page')
      return { kind: 'redirect', to: '/ui/login' }
    },
  },
]

const accountBody = ({ user, formToken }: Visit): Html =>
  html`<h1>${user.name}</h1>
    <section class="card">
      <p>
        ${
          user.role === 'admin'
            ? 'You manage everything of this server.'
            : `Your hosts: ${user.hosts.join(' ')}${user.below ? ' and what is below' : ''}`
        }
      </p>
    </section>
    <section class="card">
      <h2>Another password</h2>
      <p class="soft">It ends your sessions, also on other devices.</p>
      <form method="post" action="/ui/account">
        ${hidden({ form: formToken, name: user.name })}
        ${field('old', 'Old password', 'current-password')}
        ${field('password', 'New password (10 characters at least)', 'new-password')}
        ${field('again', 'New password, once more', 'new-password')}
        <p class="actions"><button>Change the password</button></p>
      </form>
    </section>`

const field = (name: string, label: string, use: string): Html =>
  html`<label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="password"
      autocomplete="${use}"
      required
      maxlength="256"
    />`
