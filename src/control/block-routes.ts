/** `livezone blocks`: sources whose logins fail too often, listed and let in again. */
import { isIP } from 'node:net'
import type { LoginBlock, LoginBlocks } from '../dyndns/login-blocks.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

export type BlocksAnswer = readonly LoginBlock[]

export const blockRoutes =
  (blocks: LoginBlocks): ControlRoutes =>
  (server, _, done) => {
    server.get('/blocks', (): BlocksAnswer => blocks.list())
    server.delete<{ Params: { readonly address: string } }>('/blocks/:address', ({ params }) => {
      const { address } = params
      if (isIP(address) === 0) throw new ControlRefusal(400, `"${address}" is no address`)
      if (!blocks.clear(address)) throw new ControlRefusal(404, `${address} is not held back`)
      return {}
    })
    done()
  }
