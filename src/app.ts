/** Which room is plugged into which: the only file that knows them all. */
import type { Keyring } from './access/keyring.ts'
import { systemClock } from './base/clock.ts'
import type { Log } from './base/log.ts'
import { isSystemError } from './base/system-error.ts'
import { loadKeyring, makeFirstKeys, missingKeys } from './config/keys-folder.ts'
import { oneOrAll, type Config, type ZoneConfig } from './config/load.ts'
import { Dispatcher } from './server/dispatch.ts'
import { LmdbStore } from './store/lmdb.ts'
import { loadZoneFile } from './store/zone-file.ts'
import { nameToText } from './text/name-text.ts'
import { listenTcp } from './transport/tcp.ts'
import { endpointText, type Endpoint, type Handler, type Listener } from './transport/transport.ts'
import { listenUdp } from './transport/udp.ts'
import type { UpdateZone } from './update/process.ts'
import { ZoneSet } from './zone/zone-set.ts'
import type { ZoneStore } from './zone/zone.ts'

export interface RunningServer {
  /** Where UDP and TCP are listened on, in the order of the configuration. */
  readonly endpoints: readonly Endpoint[]
  /** Key files that were made because there was none. */
  readonly newKeyFiles: readonly string[]
  /** Answers what was taken, and lets go of everything. */
  stop(): Promise<void>
}

/**
 * Serves what the configuration says.
 * @throws InputError (or several) for what the operator wrote, StoreError and Error for the world
 */
export const startServer = async (config: Config, log: Log): Promise<RunningServer> => {
  const newKeyFiles = makeFirstKeys(config)
  const keyring = loadKeys(config, log)
  const store = LmdbStore.open(config.data, systemClock)
  const listeners: Listener[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()))
    await store.close()
  }
  try {
    const zones = openZones(config, store, log)
    const { handle } = new Dispatcher({ zones, keyring, store, clock: systemClock, log })
    const endpoints: Endpoint[] = []
    for (const [index, wanted] of config.listen.entries()) {
      const pair = await listen(wanted, handle).catch((error: unknown) => {
        throw config.errorAt(['listen', index], cannotListen(wanted, error))
      })
      listeners.push(...pair)
      endpoints.push(pair[0].endpoint)
    }
    return { endpoints, newKeyFiles, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The keys of the configuration, all of those it names among them. */
export const loadKeys = (config: Config, log: Log): Keyring => {
  const keyring = loadKeyring(config.keys)
  const missing = missingKeys(config, keyring)
  if (missing.length > 0) throw oneOrAll(missing)
  for (const { algorithm, text } of keyring) {
    if (algorithm.text !== 'hmac-md5') continue
    log.warn({ key: text }, 'this key uses HMAC-MD5: give it another algorithm if its client can')
  }
  return keyring
}

const openZones = (config: Config, store: ZoneStore, log: Log): ZoneSet<UpdateZone> => {
  const zones = new ZoneSet<UpdateZone>()
  for (const [index, zone] of config.zones.entries()) {
    if (store.zone(zone.name) === undefined) seed(config, index, zone, store, log)
    const view = store.zone(zone.name)
    if (view !== undefined) zones.add({ apex: zone.name, view, grants: zone.grants })
  }
  return zones
}

/** The master file is for a zone that the store does not have yet; later the store is the truth. */
const seed = (
  config: Config,
  index: number,
  { name, file }: ZoneConfig,
  store: ZoneStore,
  log: Log,
): void => {
  const zone = nameToText(name)
  if (file === undefined) {
    const what = `the store has no ${zone}: give it a "file", or livezone import ${zone} FILE`
    throw config.errorAt(['zone', index, 'name'], what)
  }
  try {
    const records = loadZoneFile(store, name, file)
    log.info({ zone, file, records }, 'zone seeded from its file')
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw config.errorAt(['zone', index, 'file'], `cannot read ${file}: ${error.message}`)
  }
}

/** UDP and TCP on the same port, which the system may choose. */
const listen = async (
  wanted: Endpoint,
  handler: Handler,
): Promise<[udp: Listener, tcp: Listener]> => {
  for (let triesLeft = wanted.port === 0 ? 10 : 1; ;) {
    const tcp = await listenTcp(wanted, handler)
    try {
      return [await listenUdp({ ...wanted, port: tcp.endpoint.port }, handler), tcp]
    } catch (error) {
      await tcp.close()
      // The port that TCP was given may be taken for UDP.
      if (--triesLeft === 0) throw error
    }
  }
}

const cannotListen = (endpoint: Endpoint, error: unknown): string => {
  const text = endpointText(endpoint)
  if (!isSystemError(error)) return `cannot listen on ${text}: ${String(error)}`
  const advice: Record<string, string> = {
    EADDRINUSE: 'another program has that port; stop it, or take another port',
    EACCES: 'ports below 1024 need the right to use them (CAP_NET_BIND_SERVICE)',
    EADDRNOTAVAIL: 'this machine does not have that address; take it out of "listen"',
    EAFNOSUPPORT: 'this machine does not have that kind of address; take it out of "listen"',
  }
  return `cannot listen on ${text}: ${advice[error.code] ?? error.message}`
}
