/** `livezone rejected` */
import { isoTime } from '../base/clock.ts'
import { controlRequest } from '../control/control-client.ts'
import type { RejectedAnswer } from '../control/rejected-routes.ts'
import type { Rejection } from '../server/rejections.ts'
import { configOf } from './configuration.ts'

export interface RejectedOptions {
  readonly config: string
  readonly zone?: string
  readonly key?: string
  readonly number: string
  readonly json?: true
}

/** @throws ControlError when no server is running, or it does not understand */
export const rejected = async (options: RejectedOptions): Promise<void> => {
  const { zone, key, number, json } = options
  const { control } = configOf(options)
  const search = new URLSearchParams({ n: number })
  if (zone !== undefined) search.set('zone', zone)
  if (key !== undefined) search.set('key', key)
  const url = `/rejected?${search.toString()}`
  const rejections = await controlRequest<RejectedAnswer>(control, { method: 'GET', url })
  for (const rejection of rejections) {
    const text = json === true ? JSON.stringify(rejection) : rejectionText(rejection)
    process.stdout.write(`${text}\n`)
  }
}

const rejectionText = (rejection: Rejection): string => {
  const { timeMilliseconds, rcode, zone = '?', source, transport, reason } = rejection
  const words = [isoTime(timeMilliseconds), rcode, 'zone', zone, clientText(rejection)]
  const head = [[...words, 'from', source, transport].join(' '), reason].join(': ')
  const lines = [...rejection.prerequisites, ...rejection.changes].map((line) => `    ${line}`)
  return [head, ...lines].join('\n')
}

const clientText = ({ principal, claimedKey, agent }: Rejection): string => {
  if (agent !== undefined) {
    const who = principal === 'anonymous' ? 'a web client' : principal.replace(':', ' ')
    return agent === '' ? who : `${who} (${JSON.stringify(agent)})`
  }
  // Over HTTP there are others than keys.
  if (claimedKey === undefined) return principal === 'anonymous' ? 'unsigned' : `by ${principal}`
  return principal === 'anonymous' ? `key ${claimedKey} (not proved)` : `key ${claimedKey}`
}
