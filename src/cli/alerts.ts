/** `livezone alerts test` */
import type { AlertTestAnswer } from '../control/alert-routes.ts'
import { controlRequest } from '../control/control-client.ts'
import { configOf } from './configuration.ts'
import { ExitStatus } from './exit-status.ts'

/** @throws ControlError when no server is running, or alerts go nowhere */
export const testAlerts = async (options: { readonly config: string }): Promise<void> => {
  const { control } = configOf(options)
  const url = '/alerts/test'
  const results = await controlRequest<AlertTestAnswer>(control, { method: 'POST', url })
  for (const { way, isDelivered, words } of results) {
    process.stdout.write(`${way}: ${isDelivered ? 'delivered' : 'not delivered'}: ${words}\n`)
  }
  if (results.some(({ isDelivered }) => !isDelivered)) throw new ExitStatus(1)
}
