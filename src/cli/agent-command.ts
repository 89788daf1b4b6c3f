/** The options of `livezone agent`. */
import type { Command } from 'commander'
import { later } from './later.ts'

export const addAgentCommand = (program: Command): void => {
  program
    .command('agent')
    .description('keep the records of this machine right, at this or another server')
    .option('--config <file>', 'configuration file of the agent', 'agent.toml')
    .option('--once', 'one round, and exit 1 if a host is not right then')
    .option('--dry-run', 'say what one round would change; change nothing')
    .option('--status', 'what is known of each host, as JSON; exit 1 if one is not right')
    .option('--now', 'with --once: try also what has to wait after a failure')
    .option('--log-pretty', 'log for people, not as JSON')
    .action(later(async () => (await import('./agent.ts')).agent))
}
