/** The commands that change which server a zone belongs to. */
import type { Command } from 'commander'
import { configured, zoneArgument } from './arguments.ts'
import { later } from './later.ts'

export const roleCommands = (program: Command): void => {
  configured(program.command('promote'))
    .description('make a secondary zone of the running server a primary one, for good')
    .addArgument(zoneArgument())
    .action(later(async () => (await import('./role.ts')).promote))
  configured(program.command('demote'))
    .description('make a promoted zone a secondary one again: what it became meanwhile is lost')
    .addArgument(zoneArgument())
    .action(later(async () => (await import('./role.ts')).demote))
}
