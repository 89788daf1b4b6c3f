/** Which room is plugged into which: the only file that knows them all. */
import { rmSync } from 'node:fs'
import type { Keyring } from './access/keyring.ts'
import { transportOf } from './access/rule.ts'
import { systemClock } from './base/clock.ts'
import { Counters } from './base/counters.ts'
import type { Log } from './base/log.ts'
import { isSystemError, type SystemError } from './base/system-error.ts'
import { checkKeys, loadKeyring, makeFirstKeys, type NewKey } from './config/keys-folder.ts'
import { loadCookieSecret } from './config/cookie-secret.ts'
import type { Config, ZoneConfig } from './config/load.ts'
import { isInAny } from './config/networks.ts'
import { openControl } from './control/control-server.ts'
import { policyRoutes } from './control/policy-routes.ts'
import { Dispatcher } from './server/dispatch.ts'
import type { Settings } from './server/service.ts'
import { LmdbStore } from './store/lmdb.ts'
import { loadZoneFile } from './store/zone-file.ts'
import { nameToText } from './text/name-text.ts'
import { TCP_LIMITS } from './transport/tcp-connection.ts'
import { listenTcp } from './transport/tcp.ts'
import {
  endpointText,
  type Endpoint,
  type Handler,
  type Listener,
  type ListenOptions,
} from './transport/transport.ts'
import { listenUdp } from './transport/udp.ts'
import type { UpdateZone } from './update/process.ts'
import { ZoneSet } from './zone/zone-set.ts'
import type { ZoneStore, ZoneView } from './zone/zone.ts'

export interface RunningServer {
  /** Where UDP and TCP are listened on, in the order of the configuration. */
  readonly endpoints: readonly Endpoint[]
  /** Keys that were made because there was none. */
  readonly newKeys: readonly NewKey[]
  /** Answers what was taken, and lets go of everything. */
  stop(): Promise<void>
}

/**
 * Serves what the configuration says.
 * @throws InputError (or several) for what the operator wrote, StoreError and Error for the world
 */
export const startServer = async (config: Config, log: Log): Promise<RunningServer> => {
  checkKeys(config)
  const store = LmdbStore.open(config.data, systemClock)
  const listeners: Listener[] = []
  let newKeys: NewKey[] = []
  const stops: (() => void | Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()))
    for (const end of stops) await end()
    await store.close()
  }
  try {
    const zones = openZones(config, store, log)
    const settings = settingsOf(config)
    // Not before all else that the operator wrote was taken: this is said on one start only.
    newKeys = makeFirstKeys(config)
    const keyring = loadKeyring(config.keys)
    warnOfMd5(keyring, log)
    const counters = new Counters()
    const clock = systemClock
    const { handle } = new Dispatcher({ zones, keyring, store, clock, log, counters, settings })
    const options = { isProxy: isInAny(config.proxies), counters }
    stops.push(reportCounters(counters, log))
    const endpoints: Endpoint[] = []
    for (const [index, wanted] of config.listen.entries()) {
      const pair = await listen(wanted, handle, options).catch((error: unknown) => {
        // What keeps us from listening is the system.
        throw config.errorAt(['listen', index], cannotListen(wanted, error as SystemError))
      })
      listeners.push(...pair)
      endpoints.push(pair[0].endpoint)
    }
    const groups = [policyRoutes(() => zones)]
    const closeControl = await openControl(config.control, groups, log).catch((error: unknown) => {
      // What keeps us from opening it is the system, or what else is there.
      throw config.errorAt(['control'], `no control socket: ${(error as Error).message}`)
    })
    stops.push(closeControl)
    return { endpoints, newKeys, stop }
  } catch (error) {
    await stop()
    // The next start shall say of its keys what this one cannot.
    for (const { path } of newKeys) rmSync(path)
    throw error
  }
}

const settingsOf = (config: Config): Settings => ({
  udpSize: config.udpSize,
  cookieSecret: loadCookieSecret(config),
  tcpIdleMilliseconds: TCP_LIMITS.idleMilliseconds,
  serverId: config.serverId,
  version: config.version,
  rateLimits: config.rateLimit,
  isUnlimited: isInAny(config.rateLimit.exempt),
})

const COUNTERS_INTERVAL_MILLISECONDS = 60_000

/** Writes the counters into the log once a minute and at the end, where they have changed. */
const reportCounters = (counters: Counters, log: Log): (() => void) => {
  let reported = '{}'
  const report = (): void => {
    const all = counters.all()
    const text = JSON.stringify(all)
    if (text !== reported) log.info({ counters: all }, 'counters since the start')
    reported = text
  }
  const timer = setInterval(report, COUNTERS_INTERVAL_MILLISECONDS)
  timer.unref()
  return () => {
    clearInterval(timer)
    report()
  }
}

const warnOfMd5 = (keyring: Keyring, log: Log): void => {
  for (const { algorithm, text } of keyring) {
    if (algorithm.text !== 'hmac-md5') continue
    log.warn({ key: text }, 'this key uses HMAC-MD5: give it another algorithm if its client can')
  }
}

/** A source address over UDP is what the packet says, and a rule without a key has nothing else. */
const warnOfForgeable = ({ name, policy }: ZoneConfig, log: Log): void => {
  for (const rule of policy.rules) {
    if (rule.key !== undefined || rule.deny || transportOf(rule) === 'tcp') continue
    const fields = { zone: nameToText(name), rule: rule.number, text: rule.text }
    log.warn(fields, 'anybody can forge the address that this rule asks for: add transport = "tcp"')
  }
}

const openZones = (config: Config, store: ZoneStore, log: Log): ZoneSet<UpdateZone> => {
  const zones = new ZoneSet<UpdateZone>()
  for (const [index, zone] of config.zones.entries()) {
    const view = store.zone(zone.name) ?? seeded(config, index, zone, store, log)
    zones.add({ apex: zone.name, view, policy: zone.policy, strict: zone.strict })
    warnOfForgeable(zone, log)
  }
  return zones
}

/** The master file is for a zone that the store does not have yet; later the store is the truth. */
const seeded = (
  config: Config,
  index: number,
  { name, file }: ZoneConfig,
  store: ZoneStore,
  log: Log,
): ZoneView => {
  const zone = nameToText(name)
  if (file === undefined) {
    const what = `the store has no ${zone}: give it a "file", or livezone import ${zone} FILE`
    throw config.errorAt(['zone', index, 'name'], what)
  }
  try {
    const records = loadZoneFile(store, name, file)
    log.info({ zone, file, records }, 'zone seeded from its file')
    // It was put there a moment ago.
    return store.zone(name) as ZoneView
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw config.errorAt(['zone', index, 'file'], `cannot read ${file}: ${error.message}`)
  }
}

/** UDP and TCP on the same port, which the system may choose. */
export const listen = async (
  wanted: Endpoint,
  handler: Handler,
  options: ListenOptions,
  udp = listenUdp,
  tries = wanted.port === 0 ? 10 : 1,
): Promise<[udp: Listener, tcp: Listener]> => {
  const tcp = await listenTcp(wanted, handler, options)
  try {
    return [await udp({ ...wanted, port: tcp.endpoint.port }, handler, options), tcp]
  } catch (error) {
    await tcp.close()
    // The port that TCP was given may be taken for UDP.
    if (tries === 1) throw error
    return listen(wanted, handler, options, udp, tries - 1)
  }
}

const cannotListen = (endpoint: Endpoint, { code, message }: SystemError): string => {
  const advice: Record<string, string> = {
    EADDRINUSE: 'another program has that port; stop it, or take another port',
    EACCES: 'ports below 1024 need the right to use them (CAP_NET_BIND_SERVICE)',
    EADDRNOTAVAIL: 'this machine does not have that address; take it out of "listen"',
    EAFNOSUPPORT: 'this machine does not have that kind of address; take it out of "listen"',
  }
  return `cannot listen on ${endpointText(endpoint)}: ${advice[code] ?? message}`
}
