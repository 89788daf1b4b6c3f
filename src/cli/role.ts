/** `livezone promote ZONE` and `livezone demote ZONE` */
import { controlRequest } from '../control/control-client.ts'
import type { RoleAnswer } from '../control/role-routes.ts'
import { nameToText } from '../text/name-text.ts'
import { configOf } from './configuration.ts'
import { nameArgument } from './name-argument.ts'

interface Options {
  readonly config: string
}

export const promote = async (zoneText: string, options: Options): Promise<void> => {
  const { zone, serial } = await changed('promote', zoneText, options)
  process.stdout.write(
    `${zone} is a primary zone now, serial ${serial}: it takes updates, as its grants say\n` +
      'let the old primary come back as a secondary of this server only\n',
  )
}

export const demote = async (zoneText: string, options: Options): Promise<void> => {
  const { zone } = await changed('demote', zoneText, options)
  process.stdout.write(`${zone} is a secondary zone again: all of it is taken from its primary\n`)
}

const changed = (
  action: 'promote' | 'demote',
  zoneText: string,
  options: Options,
): Promise<RoleAnswer> => {
  const zone = encodeURIComponent(nameToText(nameArgument(zoneText)))
  const url = `/zones/${zone}/${action}`
  return controlRequest<RoleAnswer>(configOf(options).control, { method: 'POST', url })
}
