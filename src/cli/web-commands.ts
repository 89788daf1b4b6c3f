/** The commands about web clients as a whole: who is held back, and who is told of what. */
import type { Command } from 'commander'
import { configured } from './arguments.ts'
import { later } from './later.ts'

export const addWebCommands = (program: Command): void => {
  const blocks = program
    .command('blocks')
    .description('addresses that are held back, for their logins fail too often')
  configured(blocks.command('list', { isDefault: true }))
    .description('list them')
    .option('--json', 'one JSON object a line')
    .action(later(async () => (await import('./blocks.ts')).listBlocks))
  configured(blocks.command('clear'))
    .description('let an address, and the network that it is in, log in again')
    .argument('<address>', 'IPv4 or IPv6')
    .action(later(async () => (await import('./blocks.ts')).clearBlock))
  const alerts = program.command('alerts').description('messages that a host is not well')
  configured(alerts.command('test'))
    .description('send a message by each way that is configured, and say what came of it')
    .action(later(async () => (await import('./alerts.ts')).testAlerts))
}
