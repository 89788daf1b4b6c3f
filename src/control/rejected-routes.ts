/** `livezone rejected`: the last UPDATEs that were refused. */
import { MOST_REJECTIONS, type Rejection, type Rejections } from '../server/rejections.ts'
import { nameFromText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

export type RejectedAnswer = readonly Rejection[]

interface Query {
  readonly zone?: string
  readonly key?: string
  readonly n?: string
}

export const rejectedRoutes =
  (rejections: Rejections): ControlRoutes =>
  (server, _, done) => {
    server.get<{ Querystring: Query }>('/rejected', ({ query }): RejectedAnswer => {
      const { zone, key, n = '20' } = query
      if (!/^\d{1,6}$/.test(n)) throw new ControlRefusal(400, `"${n}" is no number of updates`)
      const most = Math.min(Number(n), 2 * MOST_REJECTIONS)
      return rejections.latest({ zone: nameOf(zone), key: nameOf(key), most })
    })
    done()
  }

const nameOf = (text: string | undefined): Name | undefined => {
  if (text === undefined) return undefined
  const parsed = nameFromText(text)
  if (parsed.ok) return parsed.name
  throw new ControlRefusal(400, `"${text}" is no domain name: ${parsed.why}`)
}
