/** What commands about keys want of the server: that the store has the last uses of secrets now. */
import type { ControlRoutes } from './control-server.ts'

export const keyRoutes =
  (saveUses: () => void): ControlRoutes =>
  (server, _, done) => {
    server.post('/key-uses/save', () => {
      saveUses()
      return {}
    })
    done()
  }
