/** What the running server would decide, with the rules that it has loaded. */
import { explain, type Explained, type ExplainQuestion } from '../update/explain.ts'
import type { UpdateZone } from '../update/process.ts'
import type { ZoneView } from '../zone/zone.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

const text = { type: 'string' }

const QUESTION = {
  type: 'object',
  required: ['from', 'transport', 'changes'],
  additionalProperties: false,
  properties: {
    zone: text,
    key: text,
    from: text,
    transport: { enum: ['udp', 'tcp'] },
    changes: { type: 'array', minItems: 1, items: text },
  },
}

/** What an UPDATE would be decided on; undefined for a zone whose primary decides. */
const contentOf = ({ view, isSecondary }: UpdateZone): ZoneView | undefined =>
  isSecondary === true ? undefined : view

/** `POST /explain` with an `ExplainQuestion` answers an `Explained`. */
export const policyRoutes =
  (zones: () => ZoneSet<UpdateZone>): ControlRoutes =>
  (server, _, done) => {
    server.post<{ Body: ExplainQuestion }>(
      '/explain',
      { schema: { body: QUESTION } },
      ({ body }): Explained => {
        const explanation = explain(body, zones(), contentOf)
        if (!explanation.ok) throw new ControlRefusal(422, explanation.why)
        return explanation.explained
      },
    )
    done()
  }
