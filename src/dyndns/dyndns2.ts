/**
 * dyndns2, as most clients speak it: Dyn's own, No-IP, Dynu, Google, deSEC, Hurricane Electric and
 * nsupdate.info differ in the names of parameters only. One line a host, in the order of the request.
 */
import { credentialsOf } from './credentials.ts'
import type { Asking, Dialect, HostAnswer, HostAsk, Outcome } from './dialect.ts'
import type { TextWish } from './host-changes.ts'
import { hostsOf } from './hosts.ts'
import type { Parameters } from './parameters.ts'
import { answer, CHALLENGE, retryAfter, type WebAnswer } from './request.ts'
import { wishesOf, type Family, type Wish } from './wishes.ts'

const DELETE: Wish = { kind: 'delete' }
const KEEP: Wish = { kind: 'keep' }

/** `txt=` beside an address sets both; alone it leaves the addresses as they are. */
export const textWishOf = (parameters: Parameters): TextWish | undefined => {
  if (!parameters.has('txt')) return undefined
  const text = parameters.first('txt')
  return text === undefined ? { kind: 'delete' } : { kind: 'add', text }
}

export const askFrom = ({ request, parameters }: Asking, host: string): HostAsk => {
  if (parameters.isYes('offline')) return { ok: true, v4: DELETE, v6: DELETE }
  const text = textWishOf(parameters)
  // A challenge says nothing of addresses.
  const absent = text === undefined ? 'source' : 'keep'
  const wishes = wishesOf(parameters, request.address, host, absent)
  return wishes.ok && text !== undefined ? { ...wishes, text } : wishes
}

/** As the client spelled them, for some look for what they sent; else as they are now. */
export const addressTexts = ({ ask, result }: HostAnswer, family: Family): readonly string[] => {
  const wish = ask?.ok === true ? (family === 4 ? ask.v4 : ask.v6) : KEEP
  if (wish.kind !== 'set') return []
  if (wish.addresses.length > 0) return wish.addresses.map(({ text }) => text)
  return 'after' in result ? result.after[family] : []
}

/** The code that stands for what came of a host. */
export const codeOf = ({ host, result }: HostAnswer): string => {
  switch (result.kind) {
    case 'changed':
      return 'good'
    case 'unchanged':
      return 'nochg'
    case 'refused':
      return result.isForbidden ? '!donator' : 'dnserr'
    case 'unknown':
      return host.kind === 'notfqdn' ? 'notfqdn' : 'nohost'
  }
}

const lineOf = (one: HostAnswer): string => {
  const code = codeOf(one)
  if (code !== 'good' && code !== 'nochg') return code
  const addresses = [...addressTexts(one, 4), ...addressTexts(one, 6)]
  return addresses.length === 0 ? code : `${code} ${addresses.join(',')}`
}

export const say = (outcome: Outcome): WebAnswer => {
  switch (outcome.kind) {
    case 'hosts':
      return answer(200, outcome.hosts.map(lineOf).join('\n'))
    case 'refused':
      return answer(200, outcome.code)
    case 'badauth':
      return answer(401, 'badauth', CHALLENGE)
    case 'later':
      return answer(503, '911', retryAfter(outcome.seconds))
  }
}

export const dyndns2: Dialect = {
  name: 'dyndns2',
  credentials: ({ request, parameters }, takesQuery) =>
    credentialsOf(request, parameters, takesQuery),
  hosts: ({ parameters }, { user }, identity) => hostsOf(parameters, user, identity),
  ask: (asking, { text }) => askFrom(asking, text),
  say,
}
