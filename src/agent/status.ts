/** What the agent's memory says of each host, for people and for programs. */
import { nameToText } from '../text/name-text.ts'
import type { HostState, Published } from './decide.ts'
import type { Memory } from './memory.ts'
import type { AgentSettings } from './settings.ts'

export interface HostStatus {
  readonly host: string
  /** `unknown`: no server has confirmed anything yet. */
  readonly state: 'ok' | 'failing' | 'refused' | 'unknown'
  readonly ipv4: Published | undefined
  readonly ipv6: Published | undefined
  readonly changed: string | undefined
  readonly verified: string | undefined
  readonly failure:
    | {
        readonly why: string
        readonly since: string
        readonly tries: number
        readonly nextTry: string
      }
    | undefined
}

export const statusOf = (
  { hosts, fingerprint }: AgentSettings,
  memory: Memory | undefined,
): HostStatus[] =>
  hosts.map(({ name }) => {
    const host = nameToText(name)
    const state = memory?.fingerprint === fingerprint ? memory.hosts[host] : undefined
    return {
      host,
      state: stateText(state),
      ipv4: state?.published.ipv4,
      ipv6: state?.published.ipv6,
      changed: timeText(state?.changedAt),
      verified: timeText(state?.verifiedAt),
      failure: state?.failure && {
        why: state.failure.why,
        since: new Date(state.failure.since).toISOString(),
        tries: state.failure.tries,
        nextTry: new Date(state.failure.nextTryAt).toISOString(),
      },
    }
  })

const stateText = (state: HostState | undefined): HostStatus['state'] => {
  if (state?.failure !== undefined) return state.failure.kind === 'later' ? 'failing' : 'refused'
  return state?.changedAt === undefined && state?.verifiedAt === undefined ? 'unknown' : 'ok'
}

const timeText = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()
