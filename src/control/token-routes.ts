/** `livezone token`: tokens of web clients, made, listed, rotated and revoked while the server runs. */
import { TokenError, type TokenEntry, type Tokens, type TokenScope } from '../access/tokens.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

export interface NewToken {
  readonly token: string
}

export const tokenRoutes =
  (tokens: Tokens): ControlRoutes =>
  (server, _, done) => {
    server.get('/tokens', (): TokenEntry[] => tokens.list())
    server.post<{ Body: TokenScope }>(
      '/tokens',
      { schema: { body: SCOPE } },
      ({ body }): NewToken => refusing(() => ({ token: tokens.create(body) })),
    )
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

const texts = { type: 'array', items: { type: 'string' } }

const SCOPE = {
  type: 'object',
  required: ['name', 'hosts', 'below', 'types', 'from'],
  properties: {
    name: { type: 'string' },
    role: { enum: ['admin'] },
    hosts: texts,
    below: { type: 'boolean' },
    types: texts,
    from: texts,
    expires: { type: 'number' },
  },
}

const refusing = <T>(act: () => T): T => {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw new ControlRefusal(error.isMissing ? 404 : 409, error.message)
  }
}
