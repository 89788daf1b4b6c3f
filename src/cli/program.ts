/** Every command and option, and what becomes of an error. */
import { Argument, Command, CommanderError, Option } from 'commander'
import { inspect } from 'node:util'
import { algorithmTexts, DEFAULT_ALGORITHM } from '../access/algorithm.ts'
import { TokenError } from '../access/tokens.ts'
import { UserError } from '../access/users.ts'
import { InputError } from '../base/input-error.ts'
import { isSystemError } from '../base/system-error.ts'
import { clients } from '../clients/clients.ts'
import { ControlError } from '../control/problem.ts'
import { StoreError } from '../zone/zone.ts'
import { addAgentCommand } from './agent-command.ts'
import { configured, zoneArgument } from './arguments.ts'
import { ExitStatus } from './exit-status.ts'
import { historyCommands } from './history-commands.ts'
import { later } from './later.ts'
import { OperatorError } from './operator-error.ts'
import { roleCommands } from './role-commands.ts'
import { secondaryCommands } from './secondary-commands.ts'
import { addTokenCommands } from './token-commands.ts'
import { addUserCommands } from './user-commands.ts'
import { version } from './version.ts'
import { addWebCommands } from './web-commands.ts'

/** What is wrong is the operator's to mend; the same code as for a wrong option. */
const EXIT_INPUT = 2
/** The world would not have it: a full disk, a port in use. */
const EXIT_WORLD = 1

/** @returns the exit code */
export const run = async (argv: readonly string[]): Promise<number> => {
  try {
    await createProgram().parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    return report(error)
  }
}

const createProgram = (): Command => {
  const program = new Command('livezone')
    .description('A dynamic DNS server: signed RFC 2136 updates, durably committed')
    .version(version())
    .exitOverride()

  configured(program.command('serve'))
    .description('answer queries and take updates until SIGTERM or SIGINT')
    .option('--log-pretty', 'log for people, not as JSON')
    .action(later(async () => (await import('./serve.ts')).serve))
  configured(program.command('reload'))
    .description('have the running server read configuration and keys again, all or nothing')
    .action(later(async () => (await import('./reload.ts')).reload))
  configured(program.command('rejected'))
    .description('the last updates that the running server refused, and why')
    .option('--zone <zone>', 'those for this zone')
    .option('--key <name>', 'those that claim this key')
    .option('-n, --number <number>', 'so many at most', '20')
    .option('--json', 'one JSON object a line')
    .action(later(async () => (await import('./rejected.ts')).rejected))
  configured(program.command('check'))
    .description('read configuration, keys and zone files, and say what is wrong; serve nothing')
    .action(later(async () => (await import('./check.ts')).check))
  configured(program.command('import'))
    .description('fill a zone from a master file; the server must not be running')
    .addArgument(zoneArgument())
    .argument('<file>', 'RFC 1035 master file')
    .option('--replace', 'also when the store has the zone already: all of it is replaced')
    .action(later(async () => (await import('./import-zone.ts')).importZone))
  configured(program.command('export'))
    .description('write a zone to stdout as a master file, also while the server runs')
    .addArgument(zoneArgument())
    .action(later(async () => (await import('./export-zone.ts')).exportZone))
  configured(program.command('policy'))
    .description('the rules of each zone in order, presets written out')
    .argument('[zone]', 'this one alone')
    .action(later(async () => (await import('./policy.ts')).printPolicy))
  explainCommand(program)

  secondaryCommands(program)
  roleCommands(program)
  historyCommands(program)
  addAgentCommand(program)
  addKeyCommands(program.command('key').description('TSIG keys, as files in BIND syntax'))
  addTokenCommands(program.command('token').description('tokens of web clients'), configured)
  addUserCommands(program.command('user').description('people who use the web page'), configured)
  addWebCommands(program)
  return program
}

const addKeyCommands = (key: Command): void => {
  const name = new Argument('<name>', 'name of the key')
  const algorithm = new Option('--algorithm <algorithm>', 'HMAC of the key').choices(algorithmTexts)
  configured(key.command('generate'))
    .description('make a key with a new random secret')
    .addArgument(name)
    .addOption(
      new Option(algorithm.flags, algorithm.description)
        .choices(algorithmTexts)
        .default(DEFAULT_ALGORITHM.text),
    )
    .action(later(async () => (await import('./key.ts')).generateKeyFile))
  configured(key.command('list'))
    .description('the keys, which of their secrets was used when, and when they expire')
    .action(later(async () => (await import('./key.ts')).listKeys))
  configured(key.command('rotate'))
    .description('make a new secret for a key; the old one is taken until it is retired')
    .addArgument(name)
    .addOption(algorithm)
    .action(later(async () => (await import('./key-rotation.ts')).rotate))
  configured(key.command('retire'))
    .description('remove the old secret of a key that was rotated')
    .addArgument(name)
    .option('--force', 'also when a client seems to use it still')
    .action(later(async () => (await import('./key-rotation.ts')).retire))
  configured(key.command('show'))
    .description('print the configuration of a client, with the secret in it')
    .addArgument(name)
    .addOption(new Option('--for <client>', 'which client').choices([...clients.keys()]))
    .option('--zone <zone>', 'of the zones that the key may change, the one to begin with')
    .option('--server <address>', 'where the client finds the server: ADDRESS or ADDRESS:PORT')
    .action(later(async () => (await import('./key-show.ts')).showKey))
}

const explainCommand = (program: Command): void => {
  configured(program.command('explain'))
    .description('whether an update would be taken, and which rule says so; exit 1 if refused')
    .argument('<change...>', "as nsupdate has it, such as 'add www.dyn.example. 60 A 192.0.2.1'")
    .option('--key <name>', 'the key that signs; without it nobody does')
    .option('--from <address>', "the client's address", '127.0.0.1')
    .addOption(
      new Option('--transport <transport>', 'how it comes').choices(['udp', 'tcp']).default('udp'),
    )
    .option('--zone <zone>', 'the zone section; the zone that has the first name if left out')
    .option('--running', 'ask the running server, and no other way')
    .option('--no-running', 'ask the configuration, also where a server is running')
    .action(later(async () => (await import('./explain.ts')).explainChanges))
}

/** One line an error on stderr; a stack only for what is a bug of ours. */
const report = (error: unknown): number => {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_INPUT
  if (error instanceof ExitStatus) return error.status
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error]
  let code = 0
  for (const one of errors) {
    const isRefusal = one instanceof ControlError
    const isInput =
      one instanceof InputError ||
      one instanceof OperatorError ||
      one instanceof TokenError ||
      one instanceof UserError ||
      (isRefusal && one.isOperators)
    const isWorld = one instanceof StoreError || isRefusal || isSystemError(one)
    process.stderr.write(`${isInput || isWorld ? one.message : inspect(one)}\n`)
    code = Math.max(code, isInput ? EXIT_INPUT : EXIT_WORLD)
  }
  return code
}
