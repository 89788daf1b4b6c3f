/** Poweradmin's dynamic_update.php: one host, codes without addresses, or a sentence. */
import type { Asking, Dialect, Outcome, RequestRefusal } from './dialect.ts'
import { codeOf, dyndns2, type HostCode } from './dyndns2.ts'
import { hostsOf } from './hosts.ts'
import { answer, CHALLENGE, retryAfter, type WebAnswer } from './request.ts'
import { wishesOf } from './wishes.ts'

type Code = HostCode | RequestRefusal | 'badauth' | '911'

const SENTENCES: Readonly<Record<Code, string>> = {
  numhost: 'There are too many hosts in one request.',
  good: 'The addresses of the host are now those that you sent.',
  nochg: 'The host had these addresses already; nothing was changed.',
  nohost: 'This is no host of yours.',
  notfqdn: 'The hostname is missing, or is none.',
  dnserr: 'The address is missing, or is none that can be published.',
  badagent: 'Your client did not say what it is, or is not taken here.',
  badauth: 'The user name or the password is missing or wrong.',
  '!donator': 'You may not change this kind of record here.',
  abuse: 'The host is blocked.',
  '911': 'The server could not do it now; try again later.',
}

const say = (outcome: Outcome, { parameters }: Asking): WebAnswer => {
  const words = (code: Code): string => (parameters.has('verbose') ? SENTENCES[code] : code)
  switch (outcome.kind) {
    case 'hosts':
      return answer(200, outcome.hosts.map((one) => words(codeOf(one))).join('\n'))
    case 'refused':
      return answer(200, words(outcome.code))
    case 'badauth':
      return answer(401, words('badauth'), CHALLENGE)
    case 'later':
      return answer(503, words('911'), retryAfter(outcome.seconds))
  }
}

const NO_AGENT = {
  kind: 'refused',
  code: 'badagent',
  fault: 'badagent',
  why: 'the client did not say what it is',
} as const

export const poweradmin: Dialect = {
  name: 'poweradmin',
  credentials: (asking, takesQuery) => dyndns2.credentials(asking, takesQuery),
  check: ({ request }) => (request.userAgent === '' ? NO_AGENT : undefined),
  hosts: ({ parameters }, { user }, identity) => hostsOf(parameters, user, identity, ['hostname']),
  ask: ({ request, parameters }, { text }) => wishesOf(parameters, request.address, text, 'refuse'),
  say,
}
