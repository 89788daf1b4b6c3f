/** What a configuration leads to before anything is served by it, at the start and at each reload. */
import type { Fleet } from '../access/identities.ts'
import { loadCookieSecret } from '../config/cookie-secret.ts'
import { keyringOf } from '../config/keys-folder.ts'
import { loadConfig, type Config } from '../config/load.ts'
import { fleetOf } from '../config/web.ts'
import { alertWaysOf } from './alert-ways.ts'
import type { Loaded } from './generation.ts'
import { certificateOf } from './web-listening.ts'

/** The configuration as it is now, and what it leads to. */
export const loadedAgain = ({ config: before, cookieSecret }: Loaded): Loaded => {
  const config = loadConfig(before.file)
  if (config.data !== before.data) {
    throw config.errorAt(['data'], 'another store needs a restart')
  }
  if (config.udp !== before.udp) {
    throw config.errorAt(['udp'], 'another way of taking UDP needs a restart')
  }
  if (config.workers !== before.workers) {
    throw config.errorAt(['workers'], 'another number of workers needs a restart')
  }
  if (config.control !== before.control) {
    throw config.errorAt(['control'], 'another control socket needs a restart')
  }
  const keyring = keyringOf(config)
  const isOwn = config.cookieSecretFile === undefined && before.cookieSecretFile === undefined
  // Clients keep the cookies that they have.
  return {
    config,
    keyring,
    cookieSecret: isOwn ? cookieSecret : loadCookieSecret(config),
    fleets: fleetsOf(config),
    certificate: certificateOf(config),
    alertWays: alertWaysOf(config),
  }
}

/** @throws InputError where a secret cannot be taken */
export const fleetsOf = (config: Config): readonly Fleet[] =>
  config.http.fleets.map((fleet, index) => {
    try {
      return fleetOf(fleet)
    } catch (error) {
      // What it throws is an error of the system's, or says what is wrong.
      const { message } = error as Error
      throw config.errorAt(['http', 'fleet', index, 'secret'], message)
    }
  })
