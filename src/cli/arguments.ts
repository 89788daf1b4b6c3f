/** Arguments and options that several commands have. */
import { Argument, type Command } from 'commander'

export const zoneArgument = (): Argument =>
  new Argument('<zone>', 'name of the zone, such as dyn.example.')

export const configured = (command: Command): Command =>
  command.option('--config <file>', 'configuration file', 'livezone.toml')
