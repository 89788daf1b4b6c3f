/** DuckDNS, and freemyip which is like it: a token in the URL, and OK or KO. */
import { challengeNameOf, hostText, type WebIdentity } from '../access/web-identity.ts'
import type { Asking, Dialect, HostAnswer, HostAsk, Outcome } from './dialect.ts'
import type { TextWish } from './host-changes.ts'
import type { Addresses, HostResult } from './engine.ts'
import { hostFrom, hostsOf, type Host } from './hosts.ts'
import { Parameters } from './parameters.ts'
import { answer, retryAfter, type WebAnswer } from './request.ts'
import { wishesOf, type Family, type Wish } from './wishes.ts'

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
const withChallenge = (host: Host, identity: WebIdentity): Host[] => {
  const name = host.kind === 'host' ? challengeNameOf(host.name) : undefined
  return name !== undefined && identity.covers(name)
    ? [host, { kind: 'host', text: hostText(name), name }]
    : [host]
}

type Done = HostAnswer & { readonly result: Extract<HostResult, { after: Addresses }> }

const isDone = (one: HostAnswer): one is Done => 'after' in one.result

const say = (outcome: Outcome, { parameters }: Asking): WebAnswer => {
  switch (outcome.kind) {
    case 'hosts': {
      const done = outcome.hosts.filter(isDone)
      if (done.length < outcome.hosts.length) return answer(200, 'KO')
      return answer(200, parameters.has('verbose') ? verbose(done, parameters) : 'OK')
    }
    case 'refused':
    case 'badauth':
      return answer(200, 'KO')
    case 'later':
      return answer(503, 'KO', retryAfter(outcome.seconds))
  }
}

const verbose = (hosts: readonly Done[], parameters: Parameters): string => {
  const first = (family: Family): string =>
    hosts
      .flatMap(({ result }) => result.after[family])
      .slice(0, 1)
      .join('')
  const told = parameters.has('txt') ? parameters.all('txt').slice(0, 1) : [first(4), first(6)]
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
    return hosts.flatMap((host) => withChallenge(host, identity))
  },
  ask,
  say,
}
