/** The commands of `livezone token`. */
import { Argument, type Command } from 'commander'
import { later } from './later.ts'

/** @param configured gives a command the option that all have */
export const addTokenCommands = (
  token: Command,
  configured: (command: Command) => Command,
): void => {
  const name = new Argument('<name>', 'name of the token, as livezone token list prints it')
  const json = ['--json', 'print JSON'] as const
  configured(token.command('create'))
    .description('make a token for hosts or for managing, and print it this one time')
    .option('--host <name...>', 'the host, or several')
    .option('--admin', 'for everything, by the REST API, and not for hosts')
    .option('--name <name>', 'what the token is called; the first host otherwise')
    .option('--below', 'for all that is below the hosts, too')
    .option('--types <types>', 'record types: A, AAAA, TXT', 'A,AAAA')
    .option('--from <network...>', 'taken from these addresses and networks alone')
    .option('--expires <when>', 'a date such as 2030-01-01, or a time such as 90d')
    .option(...json)
    .action(later(async () => (await import('./token.ts')).createToken))
  configured(token.command('list'))
    .description('the tokens, what they are for, and when they were used last')
    .option(...json)
    .action(later(async () => (await import('./token.ts')).listTokens))
  configured(token.command('rotate'))
    .description('make a new secret; the old one ends when the new one is used, or in a week')
    .addArgument(name)
    .option(...json)
    .action(later(async () => (await import('./token.ts')).rotateToken))
  configured(token.command('device'))
    .description('print the host and the secret of a device of a fleet, for whoever makes it')
    .argument('<fleet>', 'name of the fleet, as the configuration has it')
    .argument('<id>', 'what the device says as its user name')
    .option(...json)
    .action(later(async () => (await import('./token-device.ts')).printDevice))
  configured(token.command('revoke'))
    .description('take no secret of the token any more')
    .addArgument(name)
    .action(later(async () => (await import('./token.ts')).revokeToken))
}
