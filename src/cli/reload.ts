/** `livezone reload` */
import { controlRequest } from '../control/control-client.ts'
import type { ReloadAnswer } from '../control/reload-routes.ts'
import { configOf } from './configuration.ts'

/** @throws ControlError when the server keeps what it has, and why */
export const reload = async (options: { readonly config: string }): Promise<void> => {
  const { control } = configOf(options)
  const changes = await controlRequest<ReloadAnswer>(control, { method: 'POST', url: '/reload' })
  const lines = Object.entries(changes).map(
    ([what, names]) => `${words(what)}: ${names.join(', ')}`,
  )
  process.stdout.write(`reloaded${lines.length === 0 ? ': nothing has changed' : ''}\n`)
  for (const line of lines) process.stdout.write(`${line}\n`)
}

/** `keysAdded` as `keys added` */
const words = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
