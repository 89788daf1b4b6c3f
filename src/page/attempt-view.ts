/** Requests of web clients as people see them: whose they are to see, and in words what came of each. */
import { isoTime } from '../base/clock.ts'
import type { Addresses } from '../dyndns/engine.ts'
import { hostsOfResult, type Attempt, type HostAttempt } from '../dyndns/attempts.ts'
import { adviceFor } from '../dyndns/fault.ts'
import { sourceOf } from '../dyndns/source.ts'
import { html, type Html } from './html.ts'
import type { PageParts } from './parts.ts'
import { ownsToken } from './own-tokens.ts'
import { isOwn, type Visit } from './visit.ts'

/**
 * An owner sees what is about their hosts or by their tokens, and what failed from where they are
 * themselves: the device whose password is wrong stands beside them.
 */
export const isVisible = (
  { tokens }: Pick<PageParts, 'tokens'>,
  visit: Visit,
  attempt: Attempt,
): boolean => {
  if (visit.user.role === 'admin') return true
  const { identity, address, result } = attempt
  if (identity === undefined) {
    if (sourceOf(address) === sourceOf(visit.address)) return true
  } else if (tokens.has(identity) && ownsToken(visit, tokens.entry(identity))) return true
  const hosts = hostsOfResult(result)
  return hosts.length > 0 && hosts.every((host) => isOwn(visit, host))
}

/** Of the last that is kept: what comes later has a higher one. */
export const lastNumber = ({ attempts }: Pick<PageParts, 'attempts'>): number =>
  attempts.since().at(-1)?.number ?? 0

/** Whether it could be the device that somebody sets up for the host. */
export const concernsHost = (visit: Visit, attempt: Attempt, host: string): boolean =>
  hostsOfResult(attempt.result).includes(host) ||
  attempt.concerns.includes(host) ||
  (attempt.identity === undefined && sourceOf(attempt.address) === sourceOf(visit.address))

export const isGood = ({ result }: Attempt): boolean =>
  result.kind === 'hosts' && result.hosts.every(({ kind }) => kind !== 'refused')

const looksOf = (attempt: Attempt): string => {
  if (isGood(attempt)) return 'ok'
  const { result } = attempt
  // A client that asks first has not failed.
  return result.kind === 'failed' && result.fault === 'no-credentials' ? 'warn' : 'bad'
}

export const attemptItem = (attempt: Attempt): Html => {
  const { time, address, agent, dialect, transport, identity, result } = attempt
  const at = isoTime(time)
  return html`<li class="${looksOf(attempt)}">
    ${
      result.kind === 'hosts'
        ? result.hosts.map(hostLine)
        : html`<p>
              <strong>${result.hosts.join(' ') || 'A request'}</strong> failed: ${result.why}
            </p>
            <p>${adviceFor(result.fault)}</p>`
    }
    <p class="soft small">
      <time datetime="${at}">${at.replace('T', ' ').replace('Z', ' UTC')}</time>, from
      <span class="mono">${address}</span> by ${agent === '' ? 'a client without a name' : agent},
      ${dialect} over
      ${transport.toUpperCase()}${identity === undefined ? '' : `, token ${identity}`}
    </p>
  </li>`
}

const hostLine = (host: HostAttempt): Html => {
  switch (host.kind) {
    case 'good':
      return html`<p>
        <strong>${host.host}</strong>:
        <span class="mono">${addressesText(host.before)} → ${addressesText(host.after)}</span>
      </p>`
    case 'nochg':
      return html`<p>
        <strong>${host.host}</strong> stays <span class="mono">${addressesText(host.after)}</span>
      </p>`
    case 'refused':
      return html`<p><strong>${host.host}</strong> was refused: ${host.why}</p>
        <p>${adviceFor(host.fault)}</p>`
  }
}

const addressesText = (addresses: Addresses): string =>
  [...addresses[4], ...addresses[6]].join(' ') || 'no address'
