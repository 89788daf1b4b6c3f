/** `livezone serve` */
import { startServer, type RunningServer } from '../app.ts'
import { nameToText } from '../text/name-text.ts'
import { endpointText } from '../transport/transport.ts'
import type { Name } from '../wire/name.ts'
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
  process.stdout.write([readyLine(config.zones, server), ...hints].join(''))
  const signal = await ended
  log.info({ signal }, 'stopping')
  await server.stop()
  log.info({}, 'stopped')
}

const MOST_ZONES_NAMED = 5

export const readyLine = (
  zones: readonly { readonly name: Name }[],
  { endpoints, webAddresses }: Pick<RunningServer, 'endpoints' | 'webAddresses'>,
): string => {
  const names = zones.slice(0, MOST_ZONES_NAMED).map(({ name }) => nameToText(name))
  const more = zones.length - names.length
  const which = names.join(', ') + (more > 0 ? ` and ${more} more` : '')
  const places = [...endpoints.map(endpointText), ...webAddresses]
  return `livezone is ready: ${which} on ${places.join(', ')}\n`
}

const nextSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
