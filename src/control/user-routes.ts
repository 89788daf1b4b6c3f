/** `livezone user`: who signs in to the web page, made, listed and removed while the server runs. */
import * as z from 'zod'
import { UserError, type NewUser, type UserEntry, type Users } from '../access/users.ts'
import { bodyOf } from './body.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

/** What `livezone user add` sends. */
export interface UserRequest extends NewUser {
  readonly password: string
}

const changed = z.strictObject({ password: z.string() })

const added = changed.extend({
  name: z.string(),
  role: z.enum(['admin', 'owner']),
  hosts: z.array(z.string()),
  below: z.boolean(),
})

export const userRoutes =
  (users: Users): ControlRoutes =>
  (server, _, done) => {
    server.get('/users', (): UserEntry[] => users.list())
    server.post('/users', ({ body }) => {
      const { password, ...user }: UserRequest = bodyOf(added, body, 'adds no such user')
      return refusing(() => users.add(user, password))
    })
    server.post<{ Params: Named }>('/users/:name/password', ({ params, body }) => {
      const { password } = bodyOf(changed, body, 'takes no such password')
      return refusing(() => users.setPassword(params.name, password))
    })
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

const refusing = async (act: () => Promise<void> | void): Promise<object> => {
  try {
    await act()
    return {}
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    throw new ControlRefusal(error.isMissing ? 404 : 409, error.message)
  }
}
