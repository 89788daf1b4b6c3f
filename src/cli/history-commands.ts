/** The commands that read a zone's history, and those that change a zone by it. */
import { Option, type Command } from 'commander'
import { later } from './later.ts'
import { configured, zoneArgument } from './arguments.ts'

const TIME = 'such as 2026-11-25T20:15:00Z, or how long ago, such as 2h'

export const historyCommands = (program: Command): void => {
  configured(program.command('history'))
    .description('the changes of a zone, the newest first: who, when, from where, and what')
    .addArgument(zoneArgument())
    .argument('[name]', 'only what changed at this name, such as www')
    .option('--key <key>', 'only what this key changed, or another principal such as operator:root')
    .option('--since <time>', `only what came since then: ${TIME}`)
    .option('-n, --number <count>', 'no more than so many changes')
    .option('--json', 'one JSON object a line')
    .action(later(async () => (await import('./history.ts')).history))
  configured(program.command('diff'))
    .description('what went (-) and what came (+) between two states of a zone')
    .addArgument(zoneArgument())
    .argument('<range>', 'serials or times, such as 17..21, 2h..1h, or 17.. up to now')
    .action(later(async () => (await import('./history.ts')).diff))
  atPoint(configured(program.command('show')))
    .description('the zone as it was, as a master file on stdout')
    .addArgument(zoneArgument())
    .action(later(async () => (await import('./history.ts')).show))
  dryRun(configured(program.command('undo')))
    .description('take back the change that led to a serial, as a new change')
    .addArgument(zoneArgument())
    .argument('<serial>', 'the serial that the change led to, as livezone history shows it')
    .option('--force', 'also when later changes touched the same records')
    .action(later(async () => (await import('./undo.ts')).undo))
  dryRun(atPoint(configured(program.command('restore'))))
    .description('bring the zone back to what it was, in one change')
    .addArgument(zoneArgument())
    .action(later(async () => (await import('./undo.ts')).restore))
  dryRun(configured(program.command('apply')))
    .description('do to the live zone what was edited in its master file, in one change')
    .addArgument(zoneArgument())
    .argument('<file>', 'RFC 1035 master file; its serial does not matter')
    .option('--replace', 'make the zone equal to the file: what clients registered goes')
    .addOption(
      new Option('--prefer <side>', 'who is right where both changed').choices(['file', 'zone']),
    )
    .option('--yes', 'do not ask')
    .action(later(async () => (await import('./apply.ts')).apply))
}

const dryRun = (command: Command): Command =>
  command.option('--dry-run', 'only show what would change')

const atPoint = (command: Command): Command =>
  command
    .option('--serial <serial>', 'as it was with this serial')
    .option('--at <time>', `as it was then: ${TIME}`)
