/** The commands about web clients as a whole: who is held back, and who is told of what. */
import type { Command } from 'commander'
import { testAlerts } from './alerts.ts'
import { configured } from './arguments.ts'
import { clearBlock, listBlocks } from './blocks.ts'

export const addWebCommands = (program: Command): void => {
  const blocks = program
    .command('blocks')
    .description('addresses that are held back, for their logins fail too often')
  configured(blocks.command('list', { isDefault: true }))
    .description('list them')
    .option('--json', 'one JSON object a line')
    .action(listBlocks)
  configured(blocks.command('clear'))
    .description('let an address, and the network that it is in, log in again')
    .argument('<address>', 'IPv4 or IPv6')
    .action(clearBlock)
  const alerts = program.command('alerts').description('messages that a host is not well')
  configured(alerts.command('test'))
    .description('send a message by each way that is configured, and say what came of it')
    .action(testAlerts)
}
