/** The server by HTTP, as dyndns2 has it: a request for each host, and one word for an answer. */
import { nameToText } from '../text/name-text.ts'
import { FAMILIES } from './address.ts'
import { askHttp, type HttpAnswer } from './http.ts'
import { later, orLater, refused, type Outcome } from './outcome.ts'
import type { HostUpdate, Looked, Server } from './server.ts'
import type { HostSettings } from './settings.ts'

export interface WebServerParts {
  readonly url: URL
  /** The host's name, where it is left out. */
  readonly user: string | undefined
  readonly token: string
  /** Services want to know who asks: program and version. */
  readonly userAgent: string
  /** Who is asked what the name has; nobody, where it is left out. */
  readonly look: ((host: HostSettings) => Promise<Looked>) | undefined
}

const MILLISECONDS = 20_000

export class WebServer implements Server {
  private readonly parts: WebServerParts

  constructor(parts: WebServerParts) {
    this.parts = parts
  }

  look(host: HostSettings): Promise<Looked> {
    return this.parts.look?.(host) ?? Promise.resolve({ kind: 'nobody' })
  }

  async update(updates: readonly HostUpdate[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = []
    for (const update of updates) outcomes.push(await this.send(update))
    return outcomes
  }

  private async send({ host, wanted }: HostUpdate): Promise<Outcome> {
    const { user, token, userAgent } = this.parts
    const name = nameToText(host.name).replace(/\.$/, '')
    const url = new URL(this.parts.url)
    url.searchParams.set('hostname', name)
    const addresses = FAMILIES.flatMap((family) => wanted[family] ?? [])
    if (addresses.length > 0) url.searchParams.set('myip', addresses.join(','))
    for (const [family, parameter] of REMOVAL) {
      if (wanted[family] === null) url.searchParams.set(parameter, '')
    }
    const credentials = Buffer.from(`${user ?? name}:${token}`).toString('base64')
    const headers = { authorization: `Basic ${credentials}`, 'user-agent': userAgent }
    const answer = await orLater(askHttp({ url, headers, milliseconds: MILLISECONDS }))
    return 'kind' in answer ? answer : outcomeOf(answer)
  }
}

/** A parameter that is there and empty takes the family away. */
const REMOVAL = [
  ['ipv4', 'myipv4'],
  ['ipv6', 'myipv6'],
] as const

const BAD_CREDENTIALS = 'the server does not take user and token'

/** What a client has to stop for, in the words of dyndns2. */
const REFUSALS = new Map(
  Object.entries({
    badauth: BAD_CREDENTIALS,
    badagent: 'the server does not take this program',
    nohost: 'the token is not for this host',
    '!yours': "the host is somebody else's",
    '!donator': 'the account does not allow this',
    notfqdn: 'the server takes the host for no domain name',
    numhost: 'too many hosts in one request',
    abuse: 'the host is blocked for too many updates',
    badsys: 'the server does not know this kind of update',
    dnserr: 'the server does not take the address',
  }),
)

/** The word decides where it is one of dyndns2, and the status where it is not. */
export const outcomeOf = ({ status, retryAfterSeconds, text }: HttpAnswer): Outcome => {
  const word = /^[!\w]+/.exec(text.trim())?.[0]?.toLowerCase() ?? ''
  const said = `(HTTP ${status}${/^[!a-z0-9]{1,20}$/.test(word) ? `, ${word}` : ''})`
  if (status === 429 || status >= 500 || word === '911') {
    return later(`the server cannot at the moment ${said}`, retryAfterSeconds)
  }
  const refusal = REFUSALS.get(word)
  if (refusal !== undefined) return refused(`${refusal} ${said}`)
  if (status === 401 || status === 403) return refused(`${BAD_CREDENTIALS} ${said}`)
  if (status >= 400) return refused(`the URL does not take updates ${said}`)
  const isOk = status < 300 && (word === 'good' || word === 'nochg')
  if (isOk) return { kind: 'done' }
  // A page of a network that wants a sign-in, for example.
  return later(`what answers at the URL is no update server ${said}`, retryAfterSeconds)
}
