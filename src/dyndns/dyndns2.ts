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
import { wishesOf, type Wish } from './wishes.ts'

const DELETE: Wish = { kind: 'delete' }

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
const textsOf = (wish: Wish, now: readonly string[]): readonly string[] => {
  switch (wish.kind) {
    case 'keep':
    case 'delete':
      return []
    case 'set':
      return wish.addresses.map(({ text }) => text)
    case 'move':
      return now
  }
}

/** What stands for what came of a host. */
export type HostCode = 'good' | 'nochg' | 'nohost' | 'notfqdn' | '!donator' | 'dnserr' | 'abuse'

export const codeOf = ({ host, result }: HostAnswer): HostCode => {
  switch (result.kind) {
    case 'changed':
      return 'good'
    case 'unchanged':
      return 'nochg'
    case 'refused':
      return result.isForbidden ? '!donator' : 'dnserr'
    case 'blocked':
      return 'abuse'
    case 'unknown':
      return host.kind === 'notfqdn' ? 'notfqdn' : 'nohost'
  }
}

const lineOf = (one: HostAnswer): string => {
  const { ask, result } = one
  const code = codeOf(one)
  if (!('after' in result)) return code
  const { 4: v4, 6: v6 } = result.after
  const addresses = [...textsOf(ask.v4, v4), ...textsOf(ask.v6, v6)]
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
