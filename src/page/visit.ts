/** A request of somebody who is signed in, as the pages see it, and what a page answers. */
import { manages } from '../access/users.ts'
import { nameFromText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import type { Author } from '../zone/changeset.ts'
import type { UserRecord } from '../zone/user-store.ts'
import type { Html } from './html.ts'

export interface Visit {
  readonly user: UserRecord
  /** For the forms of the page. */
  readonly formToken: string
  /** Parts of the path, by the names that the route gives them. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  /** Of the person, also behind a proxy that is trusted. */
  readonly address: string
  readonly port: number
  readonly transport: 'http' | 'https'
  /** How they reached us: `https://ddns.example.net`. */
  readonly origin: string
}

export type PageAnswer =
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'redirect'; readonly to: string }

export interface Page {
  readonly title: string
  /** Which entry of the menu it belongs to, as its path. */
  readonly entry: string
  readonly body: Html
  /** Seconds after which a browser without script shows it again. */
  readonly refresh?: number
}

export interface PageRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** For admins alone. */
  readonly isAdmins?: true
  readonly handle: (visit: Visit) => PageAnswer | Promise<PageAnswer>
}

/** A part of the path, which the route has. */
export const partOf = ({ params }: Pick<Visit, 'params'>, name: string): string =>
  params[name] as string

/** A field of a form, or a parameter; empty where it is left out. */
export const fieldOf = (from: URLSearchParams, name: string): string => from.get(name) ?? ''

export const shown = (page: Page): PageAnswer => ({ kind: 'page', page })

export const redirect = (to: string): PageAnswer => ({ kind: 'redirect', to })

/** Thrown by a page that cannot be shown: the words are for whoever asked for it. */
export class PageRefusal extends Error {
  override readonly name = 'PageRefusal'
  readonly status: 400 | 403 | 404 | 409

  constructor(status: PageRefusal['status'], words: string) {
    super(words)
    this.status = status
  }
}

/** @throws PageRefusal where there is nothing of that name, or nothing that is theirs: both sound alike */
export const ownHost = (visit: Pick<Visit, 'user'>, text: string): Name => {
  const parsed = nameFromText(text)
  if (parsed.ok && manages(visit.user, parsed.name)) return parsed.name
  throw new PageRefusal(404, `You have no host ${text}.`)
}

export const isOwn = ({ user }: Pick<Visit, 'user'>, text: string): boolean => {
  const parsed = nameFromText(text)
  return parsed.ok && manages(user, parsed.name)
}

/** For the journal. */
export const authorOf = ({ user, address, port, transport }: Visit): Author => ({
  principal: `operator:${user.name}`,
  source: `${address}#${port}`,
  transport,
})
