/** What is told of a request: who asked for which hosts and what came of it, and nothing of its secret. */
import { hostText, WebIdentity } from '../access/web-identity.ts'
import { nameFromText } from '../text/name-text.ts'
import { rootName } from '../wire/name.ts'
import type { Attempt, HostAttempt } from './attempts.ts'
import type { Credentials } from './credentials.ts'
import type { Asked, Asking, Dialect, HostAnswer, Outcome } from './dialect.ts'
import { MOST_HOSTS, type Host } from './hosts.ts'
import type { WebRequest } from './request.ts'
import { textOf } from './published.ts'
import type { Wish } from './wishes.ts'

/** Characters of what a client says that it is. */
const MOST_AGENT = 100
/** Characters of a name, as it can be at most (RFC 1035 §2.3.4). */
const MOST_HOST = 255

export type Told = Omit<Attempt, 'number'>

/** What is known of a request before it is known what came of it. */
export const requestToldOf = (
  { address, port, transport, userAgent }: WebRequest,
  dialect: Dialect,
): Pick<Told, 'address' | 'port' | 'transport' | 'agent' | 'dialect'> => ({
  address,
  port,
  transport,
  agent: userAgent.slice(0, MOST_AGENT),
  dialect: dialect.name,
})

export const resultToldOf = (
  outcome: Exclude<Outcome, { kind: 'badauth' }>,
  hosts: readonly Host[],
): Told['result'] => {
  if (outcome.kind === 'hosts') return { kind: 'hosts', hosts: outcome.hosts.map(hostToldOf) }
  const { fault, why } = outcome
  const names = hosts.slice(0, MOST_HOSTS).map(nameToldOf)
  return { kind: 'failed', fault, why: withoutSecrets(why), hosts: names }
}

const hostToldOf = (answer: HostAnswer): HostAttempt => {
  const { ask, result } = answer
  const host = nameToldOf(answer.host)
  if ('after' in result) {
    const { before, after } = result
    return { kind: result.kind === 'changed' ? 'good' : 'nochg', host, before, after }
  }
  const asked = askedOf(ask)
  if (result.kind === 'refused') {
    const fault = result.isForbidden ? '!donator' : 'dnserr'
    return { kind: 'refused', host, fault, why: result.why, asked }
  }
  if (result.kind === 'blocked') {
    return refused(host, 'abuse', `${host} is blocked by the operator`, asked)
  }
  switch (answer.host.kind) {
    case 'host':
      return refused(host, 'nohost', `${host} is in no zone that is changed here`, asked)
    case 'nohost':
      return refused(host, 'nohost', `the token is not for ${host}`, asked)
    case 'notfqdn':
      return refused(host, 'notfqdn', `"${host}" is no name of a host`, asked)
  }
}

const refused = (
  host: string,
  fault: 'nohost' | 'notfqdn' | 'abuse',
  why: string,
  asked: readonly string[],
): HostAttempt => ({ kind: 'refused', host, fault, why, asked })

const nameToldOf = (host: Host): string =>
  host.kind === 'host' ? hostText(host.name) : withoutSecrets(host.text.slice(0, MOST_HOST))

/** Tokens, and secrets of devices: some write them where a host or an address belongs. */
const SECRET = /\b(?:dd)?[a-z2-7]{26}\b/gi

const withoutSecrets = (text: string): string => text.replace(SECRET, '(a secret)')

const askedOf = ({ v4, v6, text }: Asked): readonly string[] => [
  ...wishTexts('A', v4),
  ...wishTexts('AAAA', v6),
  ...(text === undefined ? [] : [text.kind === 'delete' ? 'no TXT' : 'TXT']),
]

const wishTexts = (type: string, wish: Wish): readonly string[] => {
  switch (wish.kind) {
    case 'keep':
      return []
    case 'delete':
      return [`no ${type}`]
    case 'set':
      return wish.addresses.map(({ octets }) => `${type} ${textOf(octets)}`)
    case 'move':
      return [`${type} in ${textOf(wish.prefix.octets)}/${wish.prefix.length}`]
  }
}

/** @param named by the request, in any spelling */
export const concernsOf = (identity: WebIdentity, named: readonly string[]): readonly string[] => {
  const own = named.filter((host) => {
    const parsed = nameFromText(`${host}.`)
    return parsed.ok && identity.covers(parsed.name)
  })
  const [only, ...more] = identity.hosts
  const isClear = own.length === 0 && only !== undefined && more.length === 0
  return isClear ? [hostText(only)] : own
}

/** Whom every name belongs to. */
const ANYBODY = new WebIdentity({ name: '', hosts: [rootName], below: true, types: [] })

/** The names that a request is about, of a client that proved nothing. */
export const claimedHosts = (
  dialect: Dialect,
  asking: Asking,
  credentials: Credentials,
): readonly string[] =>
  dialect
    .hosts(asking, credentials, ANYBODY)
    .filter(({ kind, text }) => kind === 'host' && text.includes('.'))
    .slice(0, MOST_HOSTS)
    .map((host) => withoutSecrets(nameToldOf(host)))
