/** The commands of `livezone user`. */
import { Argument, Option, type Command } from 'commander'
import { later } from './later.ts'

/** @param configured gives a command the option that all have */
export const addUserCommands = (user: Command, configured: (command: Command) => Command): void => {
  const name = new Argument('<name>', 'name that they sign in with')
  const json = ['--json', 'print JSON'] as const
  const generate = ['--generate', 'make a password, and print it this one time'] as const
  configured(user.command('add'))
    .description('let somebody sign in to the web page; the password is typed, or comes on stdin')
    .addArgument(name)
    .addOption(
      new Option('--role <role>', 'an admin manages everything, an owner the hosts that are named')
        .choices(['admin', 'owner'])
        .default('owner'),
    )
    .option('--host <name...>', 'a host of an owner, or several')
    .option('--below', 'all that is below the hosts, too')
    .option(...generate)
    .option(...json)
    .action(later(async () => (await import('./user.ts')).addUser))
  configured(user.command('list'))
    .description('who may sign in, to what, and when they did last')
    .option(...json)
    .action(later(async () => (await import('./user.ts')).listUsers))
  configured(user.command('password'))
    .description('give somebody another password, and end their sessions')
    .addArgument(name)
    .option(...generate)
    .option(...json)
    .action(later(async () => (await import('./user.ts')).setUserPassword))
  configured(user.command('remove'))
    .description('let somebody sign in no more, and end their sessions')
    .addArgument(name)
    .action(later(async () => (await import('./user.ts')).removeUser))
}
