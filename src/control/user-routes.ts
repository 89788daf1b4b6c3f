/** `livezone user`: who signs in to the web page, made, listed and removed while the server runs. */
import { UserError, type NewUser, type UserEntry, type Users } from '../access/users.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

/** What `livezone user add` sends. */
export interface UserRequest extends NewUser {
  readonly password: string
}

export const userRoutes =
  (users: Users): ControlRoutes =>
  (server, _, done) => {
    server.get('/users', (): UserEntry[] => users.list())
    server.post<{ Body: UserRequest }>('/users', { schema: { body: USER } }, ({ body }) => {
      const { password, ...user } = body
      return refusing(() => users.add(user, password))
    })
    server.post<{ Params: Named; Body: { readonly password: string } }>(
      '/users/:name/password',
      { schema: { body: PASSWORD } },
      ({ params, body }) => refusing(() => users.setPassword(params.name, body.password)),
    )
    server.delete<{ Params: Named }>('/users/:name', ({ params }) =>
      refusing(() => {
        users.remove(params.name)
      }),
    )
    done()
  }

interface Named {
  readonly name: string
}

const text = { type: 'string' }

const USER = {
  type: 'object',
  required: ['name', 'role', 'hosts', 'below', 'password'],
  properties: {
    name: text,
    role: { enum: ['admin', 'owner'] },
    hosts: { type: 'array', items: text },
    below: { type: 'boolean' },
    password: text,
  },
}

const PASSWORD = { type: 'object', required: ['password'], properties: { password: text } }

const refusing = async (act: () => Promise<void> | void): Promise<object> => {
  try {
    await act()
    return {}
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new ControlRefusal(error.isMissing ? 404 : 409, error.message)
  }
}
