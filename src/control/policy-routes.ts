/** What the running server would decide, with the rules that it has loaded. */
import * as z from 'zod'
import { explain, type Explained, type ExplainQuestion } from '../update/explain.ts'
import type { UpdateZone } from '../update/process.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneView } from '../zone/zone.ts'
import type { ZoneSet } from '../zone/zone-set.ts'
import { bodyOf } from './body.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

const question = z.strictObject({
  zone: z.string().exactOptional(),
  key: z.string().exactOptional(),
  from: z.string(),
  transport: z.enum(['udp', 'tcp']),
  changes: z.array(z.string()).min(1),
})

/** What an UPDATE would be decided on; undefined for a zone whose primary decides. */
const contentOf = ({ view, isSecondary }: UpdateZone): ZoneView | undefined =>
  isSecondary === true ? undefined : view

/**
 * `POST /explain` with an `ExplainQuestion` answers an `Explained`.
 * @param faultOf why requests with a key are not taken at all; undefined when they are
 */
export const policyRoutes =
  (zones: () => ZoneSet<UpdateZone>, faultOf: (key: Name) => string | undefined): ControlRoutes =>
  (server, _, done) => {
    server.post('/explain', ({ body }): Explained => {
      const asked: ExplainQuestion = bodyOf(question, body, 'takes no such question')
      const explanation = explain(asked, zones(), contentOf, faultOf)
      if (!explanation.ok) throw new ControlRefusal(422, explanation.why)
      return explanation.explained
    })
    done()
  }
