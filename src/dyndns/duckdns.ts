/** DuckDNS, and freemyip which is like it: a token in the URL, and OK or KO. */
import { challengeNameOf } from '../access/web-identity.ts'
import type { Asking, Dialect, HostAnswer, HostAsk, Outcome } from './dialect.ts'
import type { TextWish } from './host-changes.ts'
import { hostFrom, hostsOf, type Host } from './hosts.ts'
import { Parameters } from './parameters.ts'
import { answer, retryAfter, type WebAnswer } from './request.ts'
import { wishesOf, type Wish } from './wishes.ts'

/** Both have `/update`, and are known by their parameters. */
export const isForDuckdns = (parameters: Parameters): boolean =>
  parameters.has('domains') || (parameters.has('token') && parameters.has('domain'))

const DELETE: Wish = { kind: 'delete' }
const KEEP: Wish = { kind: 'keep' }

const clears = (parameters: Parameters): boolean =>
  parameters.isYes('clear') || parameters.isYes('delete')

const textWishOf = (parameters: Parameters): TextWish | undefined => {
  if (!parameters.has('txt')) return undefined
  const text = parameters.first('txt')
  return text === undefined || clears(parameters) ? { kind: 'delete' } : { kind: 'replace', text }
}

const ask = ({ request, parameters, path }: Asking, { text: host }: Host): HostAsk => {
  const text = textWishOf(parameters)
  if (text !== undefined) return { ok: true, v4: KEEP, v6: KEEP, text }
  if (clears(parameters)) return { ok: true, v4: DELETE, v6: DELETE }
  const inPath = new URLSearchParams({ ip: path['ip'] ?? '' }).toString()
  const all = new Parameters(request.query, request.form, inPath)
  return wishesOf(all, request.address, host)
}

/** A text is told at the name and, for challenges, where they are looked for: DuckDNS has it below, too. */
const withChallenge = (host: Host, hosts: (text: string) => Host): Host[] => {
  if (host.kind !== 'host' || challengeNameOf(host.name) === undefined) return [host]
  const challenge = hosts(`_acme-challenge.${host.text}`)
  return challenge.kind === 'host' ? [host, challenge] : [host]
}

const isDone = ({ result: { kind } }: HostAnswer): boolean =>
  kind === 'changed' || kind === 'unchanged'

const say = (outcome: Outcome, { parameters }: Asking): WebAnswer => {
  switch (outcome.kind) {
    case 'hosts': {
      if (!outcome.hosts.every(isDone)) return answer(200, 'KO')
      return answer(200, parameters.has('verbose') ? verbose(outcome.hosts, parameters) : 'OK')
    }
    case 'refused':
    case 'badauth':
      return answer(200, 'KO')
    case 'later':
      return answer(503, 'KO', retryAfter(outcome.seconds))
  }
}

const verbose = (hosts: readonly HostAnswer[], parameters: Parameters): string => {
  const after = hosts.flatMap(({ result }) => ('after' in result ? [result.after] : []))
  const told = parameters.has('txt')
    ? [parameters.first('txt') ?? '']
    : [after[0]?.[4][0] ?? '', after[0]?.[6][0] ?? '']
  const changed = hosts.some(({ result }) => result.kind === 'changed')
  return ['OK', ...told, changed ? 'UPDATED' : 'NOCHANGE'].join('\n')
}

export const duckdns: Dialect = {
  name: 'duckdns',
  credentials: ({ parameters, path }) => {
    const secret = path['token'] ?? parameters.first('token')
    return secret === undefined ? undefined : { user: '', secret }
  },
  hosts: ({ parameters, path }, _, identity) => {
    const { domain } = path
    const hosts =
      domain === undefined
        ? hostsOf(parameters, '', identity, ['domains', 'domain'])
        : domain.split(',').map((text) => hostFrom(text, identity))
    if (!parameters.has('txt')) return hosts
    return hosts.flatMap((host) => withChallenge(host, (text) => hostFrom(text, identity)))
  },
  ask,
  say,
}
