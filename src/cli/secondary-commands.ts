/** The commands about the secondaries of a zone. */
import { InvalidArgumentError, type Command } from 'commander'
import { configured, zoneArgument } from './arguments.ts'
import { later } from './later.ts'

const MOST_SECONDS = 86_400

export const secondaryCommands = (program: Command): void => {
  configured(program.command('secondaries'))
    .description('who has which version of a zone, of those who are told of it or have fetched it')
    .addArgument(zoneArgument())
    .option('--json', 'as JSON')
    .action(later(async () => (await import('./secondaries.ts')).secondaries))
  configured(program.command('wait'))
    .description(
      'wait until every server of "notify" answers with the zone as it is now; else exit 1',
    )
    .addArgument(zoneArgument())
    .option(
      '--serial <serial>',
      'not as it is now, but with that serial or a later one',
      serialArgument,
    )
    .option('--timeout <seconds>', 'how long to wait', secondsArgument, 60)
    .action(later(async () => (await import('./secondaries.ts')).wait))
}

const serialArgument = (text: string): number => {
  if (/^\d{1,10}$/.test(text) && Number(text) <= 0xffff_ffff) return Number(text)
  throw new InvalidArgumentError('write a whole number from 0 to 4294967295')
}

const secondsArgument = (text: string): number => {
  if (/^\d{1,5}(\.\d+)?$/.test(text) && Number(text) <= MOST_SECONDS) return Number(text)
  throw new InvalidArgumentError(`write seconds, from 0 to ${MOST_SECONDS}`)
}
