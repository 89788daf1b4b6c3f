/** `livezone token`: tokens of web clients, made, listed, rotated and revoked while the server runs. */
import * as z from 'zod'
import { TokenError, type TokenEntry, type Tokens, type TokenScope } from '../access/tokens.ts'
import { bodyOf } from './body.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

export interface NewToken {
  readonly token: string
}

const texts = z.array(z.string())

const scope = z.strictObject({
  name: z.string(),
  role: z.literal('admin').exactOptional(),
  hosts: texts,
  below: z.boolean(),
  types: texts,
  from: texts,
  expires: z.number().exactOptional(),
})

export const tokenRoutes =
  (tokens: Tokens): ControlRoutes =>
  (server, _, done) => {
    server.get('/tokens', (): TokenEntry[] => tokens.list())
    server.post('/tokens', ({ body }): NewToken => {
      const asked: TokenScope = bodyOf(scope, body, 'makes no such token')
      return refusing(() => ({ token: tokens.create(asked) }))
    })
    server.post<{ Params: Named }>('/tokens/:name/rotate', ({ params }): NewToken =>
      refusing(() => ({ token: tokens.rotate(params.name) })),
    )
    server.delete<{ Params: Named }>('/tokens/:name', ({ params }) =>
      refusing(() => {
        tokens.revoke(params.name)
        return {}
      }),
    )
    done()
  }

interface Named {
  readonly name: string
}

const refusing = <T>(act: () => T): T => {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new ControlRefusal(error.isMissing ? 404 : 409, error.message)
  }
}
