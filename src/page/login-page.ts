/** Signing in: the form, and how often somebody may try. */
import type { Users } from '../access/users.ts'
import type { Clock } from '../base/clock.ts'
import { Allowances } from '../dyndns/allowances.ts'
import { sourceOf } from '../dyndns/source.ts'
import type { UserRecord } from '../zone/user-store.ts'
import { bare, hidden } from './frame.ts'
import { html, type Html } from './html.ts'

export type LoginResult =
  | { readonly kind: 'in'; readonly user: UserRecord }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'later'; readonly seconds: number }

/** Seconds until a login is worth another try when too many are under way. */
const BUSY_SECONDS = 5

/** Whoever tries a password too often waits; nobody waits for what others do elsewhere. */
export class Logins {
  private readonly users: Users
  /** Of a source at one account, and at all of them. */
  private readonly own: Allowances
  private readonly all: Allowances

  constructor(users: Users, clock: Clock) {
    this.users = users
    this.own = new Allowances(clock, { burst: 5, perMinute: 5 })
    this.all = new Allowances(clock, { burst: 20, perMinute: 20 })
  }

  async tryIn(name: string, password: string, address: string): Promise<LoginResult> {
    const source = sourceOf(address)
    const account = name.toLowerCase().slice(0, MOST_NAME)
    const wait = Math.max(this.own.take(`${account} ${source}`), this.all.take(source))
    if (wait > 0) return { kind: 'later', seconds: Math.ceil(wait / 1000) }
    const verdict = await this.users.verify(account, password, source)
    if (verdict === 'busy') return { kind: 'later', seconds: BUSY_SECONDS }
    const user = verdict === 'right' ? this.users.get(account) : undefined
    return user === undefined ? { kind: 'wrong' } : { kind: 'in', user }
  }
}

/** Characters of a name that are looked at. */
const MOST_NAME = 64

export interface LoginForm {
  readonly name?: string
  readonly problem?: string
  /** Where to go then: a path of ours. */
  readonly next: string
}

export const loginPage = ({ name = '', problem, next }: LoginForm): Html =>
  bare(
    'Sign in',
    html`<div class="card">
      <h1>Sign in to livezone</h1>
      ${
        problem === undefined
          ? undefined
          : html`<p class="note bad" role="alert" id="problem">${problem}</p>`
      }
      <form method="post" action="/ui/login">
        ${hidden({ next })}
        <label for="name">Name</label>
        <input
          id="name"
          name="name"
          value="${name}"
          autocomplete="username"
          autocapitalize="none"
          required
          maxlength="64"
        />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          maxlength="256"
        />
        <p class="actions"><button>Sign in</button></p>
      </form>
    </div>`,
  )

/** Nobody can sign in yet. */
export const noUsersPage = (): Html =>
  bare(
    'No users yet',
    html`<div class="card">
      <h1>Nobody can sign in yet</h1>
      <p>Make the first user on the server:</p>
      <pre tabindex="0">livezone user add NAME --role admin</pre>
      <p class="soft">Then <a href="/ui/login">sign in</a>.</p>
    </div>`,
  )

/** A password would be read by whoever is on the way. */
export const plainHttpPage = (): Html =>
  bare(
    'HTTPS only',
    html`<div class="card">
      <h1>Not over plain HTTP</h1>
      <p>
        Passwords go over HTTPS: let livezone listen for it (<code>tls-listen</code>), put a proxy
        that is trusted and sends <code>X-Forwarded-Proto</code> in front of it, or come by way of
        an SSH tunnel:
      </p>
      <pre tabindex="0">ssh -L 8080:127.0.0.1:8080 SERVER</pre>
    </div>`,
  )

/** Where somebody wanted to go, if that is here: never to another site. */
export const safeNext = (text: string | null): string =>
  text !== null && /^\/ui\/[\w%.~:@?=&/-]*$/.test(text) ? text : '/ui/'
