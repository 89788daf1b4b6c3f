/** FreeDNS (afraid.org), both of its interfaces: the URL has a token, and with it the host. */
import { hostText } from '../access/web-identity.ts'
import type { Asking, Dialect, HostAnswer, Outcome } from './dialect.ts'
import { codeOf } from './dyndns2.ts'
import type { Addresses } from './engine.ts'
import type { Host } from './hosts.ts'
import { answer, CHALLENGE, retryAfter, type WebAnswer } from './request.ts'
import { wishesOf } from './wishes.ts'

const say = (outcome: Outcome): WebAnswer => {
  switch (outcome.kind) {
    case 'hosts':
      return answer(200, outcome.hosts.map(lineOf).join('\n'))
    case 'refused':
      return answer(200, `ERROR: ${outcome.code}`)
    case 'badauth':
      return answer(401, 'ERROR: badauth', CHALLENGE)
    case 'later':
      return answer(503, 'ERROR: 911', retryAfter(outcome.seconds))
  }
}

const lineOf = (one: HostAnswer): string => {
  const { host, result } = one
  if (!('after' in result)) return `ERROR: ${codeOf(one)}`
  const now = textOf(result.after)
  return result.kind === 'unchanged'
    ? `ERROR: Address ${now} has not changed.`
    : `Updated ${host.text} from ${textOf(result.before)} to ${now}`
}

const textOf = (addresses: Addresses): string =>
  [...addresses[4], ...addresses[6]].join(',') || 'none'

/** `?KEY` or `?KEY&address=…`: what has no value. */
const bareKey = ({ parameters }: Asking): string | undefined =>
  [...parameters.keys()].find((key) => parameters.first(key) === undefined)

export const freedns: Dialect = {
  name: 'freedns',
  credentials: (asking) => {
    const secret = asking.path['token'] ?? bareKey(asking)
    return secret === undefined ? undefined : { user: '', secret }
  },
  hosts: (_, __, { hosts }) =>
    hosts.map((name): Host => ({ kind: 'host', name, text: hostText(name) })),
  ask: ({ request, parameters }, { text }) => wishesOf(parameters, request.address, text),
  say,
}
