/** `livezone alerts`: a message by each way, to see whether it arrives. */
import type { Alerts, TestResult } from '../alerts/alerts.ts'
import type { ControlRoutes } from './control-server.ts'
import { ControlRefusal } from './problem.ts'

export type AlertTestAnswer = readonly TestResult[]

export const alertRoutes =
  (alerts: Pick<Alerts, 'test'>): ControlRoutes =>
  (server, _, done) => {
    server.post('/alerts/test', async (): Promise<AlertTestAnswer> => {
      const results = await alerts.test()
      if (results.length > 0) return results
      throw new ControlRefusal(409, 'alerts go nowhere: write [alerts] into the configuration')
    })
    done()
  }
