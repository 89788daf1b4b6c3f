/** The names that a request is about, in its order, and which of them the client may ask about. */
import { hostText, type WebIdentity } from '../access/web-identity.ts'
import { nameFromText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import { USER_KEYS } from './credentials.ts'
import type { Parameters } from './parameters.ts'

export type Host =
  | { readonly kind: 'host'; readonly text: string; readonly name: Name }
  /** No name of a host, or a single label that is none of the client's. */
  | { readonly kind: 'notfqdn'; readonly text: string }
  /** None of the client's, whether it exists or not. */
  | { readonly kind: 'nohost'; readonly text: string }

/** Names that one request may be about (Dyn's own limit). */
export const MOST_HOSTS = 20

/** What some clients send where no name is meant. */
const NO_NAME = /^(yes|1)?$/i

/** `myipv4:HOST` speaks of a host as well. */
const OVERRIDE = /^(?:myip|ip|(?:my)?ip(?:v4|4|v6|6)):(.+)$/

/**
 * A list as the request spells it, or the name that the credentials lead to.
 * @param user the user name of the credentials
 * @param keys that may hold the names, the first of them that does wins
 */
export const hostsOf = (
  parameters: Parameters,
  user: string,
  identity: WebIdentity,
  keys: readonly string[] = ['hostname', 'host_id', 'host', 'domain', 'domains', 'zone'],
): readonly Host[] => {
  for (const key of keys) {
    const values = parameters.all(key).filter((value) => !NO_NAME.test(value))
    if (values.length === 0) continue
    const texts = values.flatMap((value) => value.split(',')).map((text) => text.trim())
    const listed = texts.filter((text) => text !== '')
    return [...listed, ...overridden(parameters, listed)].map((text) => hostFrom(text, identity))
  }
  for (const hint of [user, parameters.first(...USER_KEYS) ?? '']) {
    const host = hint.includes('.') ? hostFrom(hint, identity) : undefined
    if (host?.kind === 'host') return [host]
  }
  const [only, ...more] = identity.hosts
  return only === undefined || more.length > 0
    ? []
    : [{ kind: 'host', text: hostText(only), name: only }]
}

const overridden = (parameters: Parameters, listed: readonly string[]): string[] => {
  const known = new Set(listed.map((text) => text.toLowerCase()))
  const more: string[] = []
  for (const key of parameters.keys()) {
    const text = OVERRIDE.exec(key)?.[1]
    if (text === undefined || known.has(text)) continue
    known.add(text)
    more.push(text)
  }
  return more
}

/** A label of a host, with the underscore of names for services and challenges (RFC 8552 §1.1). */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/

export const hostFrom = (text: string, identity: WebIdentity): Host => {
  const written = text.toLowerCase().replace(/\.$/, '')
  const labels = written.split('.')
  const isHost = labels.every((label, at) => LABEL.test(label) || (at === 0 && label === '*'))
  if (!isHost) return { kind: 'notfqdn', text }
  if (labels.length === 1) {
    const name = expanded(written, identity)
    return name === undefined ? { kind: 'notfqdn', text } : { kind: 'host', text, name }
  }
  const parsed = nameFromText(`${written}.`)
  if (!parsed.ok) return { kind: 'notfqdn', text }
  const { name } = parsed
  return identity.covers(name) ? { kind: 'host', text, name } : { kind: 'nohost', text }
}

/** The client's host that begins with the label. */
const expanded = (label: string, { hosts }: WebIdentity): Name | undefined =>
  hosts.find((host) => hostText(host).split('.', 1).includes(label))
