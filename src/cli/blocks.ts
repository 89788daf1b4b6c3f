/** `livezone blocks` */
import { isoTime } from '../base/clock.ts'
import type { BlocksAnswer } from '../control/block-routes.ts'
import { controlRequest } from '../control/control-client.ts'
import { configOf } from './configuration.ts'

export interface BlocksOptions {
  readonly config: string
  readonly json?: true
}

/** @throws ControlError when no server is running */
export const listBlocks = async (options: BlocksOptions): Promise<void> => {
  const { control } = configOf(options)
  const blocks = await controlRequest<BlocksAnswer>(control, { method: 'GET', url: '/blocks' })
  for (const block of blocks) {
    const { source, since, until, times, refused } = block
    const words = [
      `${source} since ${isoTime(since)} until ${isoTime(until)}:`,
      `${refused} failed logins; times blocked in a row: ${times}`,
    ]
    const text = options.json === true ? JSON.stringify(block) : words.join(' ')
    process.stdout.write(`${text}\n`)
  }
}

/** @throws ControlError when no server is running, or the address is not blocked */
export const clearBlock = async (
  address: string,
  options: { readonly config: string },
): Promise<void> => {
  const { control } = configOf(options)
  const url = `/blocks/${encodeURIComponent(address)}`
  await controlRequest(control, { method: 'DELETE', url })
  process.stdout.write(`${address} may log in again\n`)
}
