/** Telling the operator's own programs and a webhook what happened. */
import type { Log } from '../base/log.ts'
import { askHttp } from './http.ts'
import { orLater } from './outcome.ts'
import { runProgram } from './program.ts'
import type { AgentSettings } from './settings.ts'

export interface AgentEvent {
  readonly kind: 'change' | 'failure' | 'recover'
  readonly host: string
  /** Addresses with commas between them; empty for none. */
  readonly oldAddress: string
  readonly newAddress: string
  /** Empty where nothing is wrong. */
  readonly error: string
}

/** Resolves when everybody has been told, or would not hear. Never throws. */
export type Tell = (event: AgentEvent) => Promise<void>

const MILLISECONDS = 30_000

export const tellHooks =
  (hooks: AgentSettings['hooks'], log: Log): Tell =>
  async (event) => {
    const { kind, host } = event
    const command = hooks[kind]
    if (command !== undefined) {
      const environment = {
        EVENT: kind,
        HOST: host,
        OLD_IP: event.oldAddress,
        NEW_IP: event.newAddress,
        ERROR: event.error,
      }
      const ended = await runProgram(command, { milliseconds: MILLISECONDS, environment })
      if (!ended.ok) log.warn({ host, hook: `on-${kind}`, why: ended.why }, 'a hook failed')
    }
    if (hooks.webhook === undefined) return
    const why = await post(hooks.webhook, event)
    if (why !== undefined) log.warn({ host, hook: 'webhook', why }, 'a hook failed')
  }

/** @returns why it did not work, without the whole URL, which may hold a secret */
const post = async (url: URL, event: AgentEvent): Promise<string | undefined> => {
  const { kind, host, oldAddress, newAddress, error } = event
  const body = JSON.stringify({ event: kind, host, old: oldAddress, new: newAddress, error })
  const headers = { 'content-type': 'application/json' }
  const asked = { url, method: 'POST', headers, body, milliseconds: MILLISECONDS } as const
  const answer = await orLater(askHttp(asked))
  if ('kind' in answer) return answer.why
  return answer.status < 300 ? undefined : `${url.host} answers HTTP ${answer.status}`
}
