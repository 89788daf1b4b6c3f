/** What of an attempt was refused, as it is shown beside UPDATEs that were. */
import { principalText } from '../access/principal.ts'
import type { Rejection } from '../server/rejections.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import { rcodeName } from '../wire/codes.ts'
import type { Attempt, HostAttempt } from './attempts.ts'
import { isLoginFault, rcodeFor, type Fault } from './fault.ts'
import type { EngineParts } from './engine.ts'

type Zones = EngineParts['zones']

/** @returns undefined where all was done, or the client has only asked what it needs */
export const rejectionOfAttempt = (attempt: Attempt, zones: Zones): Rejection | undefined => {
  const { result } = attempt
  if (result.kind === 'failed') {
    const { fault, why, hosts } = result
    if (fault === 'no-credentials') return undefined
    return rejection(attempt, zones, { fault, reason: why, hosts, changes: hosts })
  }
  const refused = result.hosts.filter(isRefused)
  const [first] = refused
  if (first === undefined) return undefined
  return rejection(attempt, zones, {
    fault: first.fault,
    reason: [...new Set(refused.flatMap(({ why }) => why ?? []))].join('; '),
    hosts: refused.map(({ host }) => host),
    changes: refused.flatMap(({ host, asked }) => asked.map((what) => `${host} ${what}`)),
  })
}

type RefusedHost = Extract<HostAttempt, { kind: 'refused' }>

const isRefused = (one: HostAttempt): one is RefusedHost => one.kind === 'refused'

interface Refused {
  readonly fault: Fault
  readonly reason: string
  readonly hosts: readonly string[]
  readonly changes: readonly string[]
}

const rejection = (
  { time, address, port, transport, identity, agent }: Attempt,
  zones: Zones,
  { fault, reason, hosts, changes }: Refused,
): Rejection => ({
  timeMilliseconds: time,
  source: `${address}#${port}`,
  transport,
  principal: principalText(
    identity === undefined || isLoginFault(fault)
      ? { kind: 'anonymous' }
      : { kind: 'token', name: identity },
  ),
  claimedKey: undefined,
  zone: zoneOf(hosts, zones),
  rcode: rcodeName(rcodeFor(fault)),
  reason,
  agent,
  prerequisites: [],
  changes,
})

/** Of the first host that is in one. */
const zoneOf = (hosts: readonly string[], zones: Zones): string | undefined => {
  for (const host of hosts) {
    const parsed = nameFromText(`${host}.`)
    const zone = parsed.ok ? zones.enclosing(parsed.name) : undefined
    if (zone !== undefined) return nameToText(zone.apex)
  }
  return undefined
}
