/** `livezone promote`, `livezone demote` and how the secondary zones are, over the control socket. */
import type { Secondaries } from '../secondary/secondaries.ts'
import { nameFromText, nameToText } from '../text/name-text.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

/** What became of a zone that was promoted or demoted. */
export interface RoleAnswer {
  readonly zone: string
  readonly serial: number
}

type Action = 'promote' | 'demote'

/** @param current those of the configuration of the day */
export const roleRoutes =
  (current: () => Secondaries): ControlRoutes =>
  (server, _, done) => {
    const change = (action: Action, text: string): RoleAnswer => {
      const parsed = nameFromText(text)
      if (!parsed.ok) throw new ControlRefusal(400, `"${text}" is no domain name: ${parsed.why}`)
      const secondaries = current()
      const zone = secondaries.get(parsed.name)
      if (zone === undefined) {
        const shown = nameToText(parsed.name)
        throw new ControlRefusal(404, `${shown} is no secondary zone: it has no "primary"`)
      }
      const problem = secondaries[action](zone)
      if (problem !== undefined) throw new ControlRefusal(409, problem)
      // It has been there before, or it could be neither.
      const serial = zone.serial as number
      return { zone: zone.text, serial }
    }
    for (const action of ['promote', 'demote'] as const) {
      server.post<{ Params: { zone: string } }>(`/zones/:zone/${action}`, (request, reply) =>
        reply.send(change(action, request.params.zone)),
      )
    }
    done()
  }
