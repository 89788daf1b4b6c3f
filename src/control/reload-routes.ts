/** `livezone reload`: the configuration read again, all of it or nothing. */
import { isSystemError } from '../base/system-error.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

/** Names by what became of them, such as `keysAdded`. */
export type ReloadAnswer = Readonly<Record<string, readonly string[]>>

export const reloadRoutes =
  (reload: () => Promise<ReloadAnswer>): ControlRoutes =>
  (server, _, done) => {
    server.post('/reload', async () => {
      try {
        return await reload()
      } catch (error) {
        // A file of the operator's that is not there or cannot be read.
        if (isSystemError(error)) throw new ControlRefusal(422, error.message)
        throw error
      }
    })
    done()
  }
