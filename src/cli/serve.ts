/** `livezone serve` */
import { startServer, type RunningServer } from '../app.ts'
import type { Config } from '../config/load.ts'
import { nameToText } from '../text/name-text.ts'
import { endpointText } from '../transport/transport.ts'
import { configOf } from './configuration.ts'
import { firstSteps } from './first-steps.ts'
import { createLog } from './log.ts'

export interface ServeOptions {
  readonly config: string
  readonly logPretty?: true
}

/** Resolves when a signal has ended the server and everything it took has been answered. */
export const serve = async (options: ServeOptions): Promise<void> => {
  const config = configOf(options)
  const log = await createLog(options.logPretty === true)
  const server = await startServer(config, log)
  // Whoever reads that it is ready may end it at once.
  const ended = nextSignal()
  process.on('SIGHUP', () => {
    // The log says why not.
    server.reload().catch(() => undefined)
  })
  const hints = server.newKeys.map((key) => firstSteps(config, server.endpoints, key))
  process.stdout.write([readyLine(config, server), ...hints].join(''))
  const signal = await ended
  log.info({ signal }, 'stopping')
  await server.stop()
  log.info({}, 'stopped')
}

const MOST_ZONES_NAMED = 5

const readyLine = (config: Config, { endpoints, webAddresses }: RunningServer): string => {
  const names = config.zones.slice(0, MOST_ZONES_NAMED).map(({ name }) => nameToText(name))
  const more = config.zones.length - names.length
  const zones = names.join(', ') + (more > 0 ? ` and ${more} more` : '')
  const places = [...endpoints.map(endpointText), ...webAddresses]
  return `livezone is ready: ${zones} on ${places.join(', ')}\n`
}

const nextSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
