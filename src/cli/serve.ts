/** `livezone serve` */
import { relative } from 'node:path'
import { pino, type Logger } from 'pino'
import pretty from 'pino-pretty'
import { startServer, type RunningServer } from '../app.ts'
import { loadConfig, type Config, type ZoneConfig } from '../config/load.ts'
import { nameToText } from '../text/name-text.ts'
import { endpointText, type Endpoint } from '../transport/transport.ts'

export interface ServeOptions {
  readonly config: string
  readonly logPretty?: true
}

/** Resolves when a signal has ended the server and everything it took has been answered. */
export const serve = async (options: ServeOptions): Promise<void> => {
  const config = loadConfig(options.config)
  const log = createLog(options.logPretty === true)
  const server = await startServer(config, log)
  process.stdout.write(readyLine(config, server))
  for (const file of server.newKeyFiles) process.stdout.write(firstSteps(config, server, file))
  const signal = await nextSignal()
  log.info({ signal }, 'stopping')
  await server.stop()
  log.info({}, 'stopped')
}

/** On stderr: JSON lines, or lines for people. */
const createLog = (isPretty: boolean): Logger => {
  if (isPretty) {
    return pino(
      { base: null },
      pretty({ destination: 2, sync: true, translateTime: 'SYS:standard' }),
    )
  }
  const level = (label: string): object => ({ level: label })
  const timestamp = pino.stdTimeFunctions.isoTime
  return pino({ base: null, timestamp, formatters: { level } }, pino.destination(2))
}

const MOST_ZONES_NAMED = 5

const readyLine = (config: Config, { endpoints }: RunningServer): string => {
  const names = config.zones.slice(0, MOST_ZONES_NAMED).map(({ name }) => nameToText(name))
  const more = config.zones.length - names.length
  const zones = names.join(', ') + (more > 0 ? ` and ${more} more` : '')
  return `livezone is ready: ${zones} on ${endpoints.map(endpointText).join(', ')}\n`
}

/** What to paste into another terminal to see it work. */
const firstSteps = (config: Config, { endpoints }: RunningServer, keyFile: string): string => {
  // The configuration has an address and a zone, or it would not have been taken.
  const [{ address, port }] = endpoints as [Endpoint]
  const [{ name }] = config.zones as [ZoneConfig]
  const owner = `test.${nameToText(name)}`
  const key = relative(process.cwd(), keyFile)
  const update = `server ${address} ${port}\\nupdate add ${owner} 60 A 192.0.2.1\\nsend\\n`
  return [
    `A key was made: ${key}. Try, in another terminal:`,
    `printf '${update}' | nsupdate -k ${key}`,
    `dig @${address} -p ${port} ${owner} A`,
    '',
  ].join('\n')
}

const nextSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
