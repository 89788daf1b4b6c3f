/** Which room is plugged into which: this file and those of `app/` are the only ones that know them all. */
import { rmSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'
import {
  generationOf,
  hostSettingsOf,
  type Generation,
  type Lasting,
  type Loaded,
} from './app/generation.ts'
import { warnOfExpiry, warnOfMd5 } from './app/key-warnings.ts'
import { openLasting } from './app/lasting.ts'
import {
  chosenUdp,
  Listening,
  together,
  type ChosenUdp,
  type ListenChange,
} from './app/listening.ts'
import { fleetsOf, loadedAgain } from './app/loaded.ts'
import { regularly } from './app/regularly.ts'
import { Readers } from './app/readers.ts'
import { changesBetween, type Changes } from './app/reload-changes.ts'
import { certificateOf, WebListening } from './app/web-listening.ts'
import { readZones } from './app/zones.ts'
import { InputError } from './base/input-error.ts'
import type { Log } from './base/log.ts'
import { isSystemError } from './base/system-error.ts'
import { loadCookieSecret } from './config/cookie-secret.ts'
import { atSetting } from './config/at-setting.ts'
import { checkKeys, keyringOf, makeFirstKeys, type NewKey } from './config/keys-folder.ts'
import type { Config } from './config/load.ts'
import { alertWaysOf } from './app/alert-ways.ts'
import { rejectionOfAttempt } from './dyndns/rejected-attempt.ts'
import { JournalTrimming, type JournalLimits } from './history/journal-trimming.ts'
import type { Endpoint } from './transport/transport.ts'
import type { WebOptions } from './web/web-server.ts'
import { StoreError } from './zone/zone.ts'

export interface RunningServer {
  /** Where UDP and TCP are listened on, in the order of the configuration. */
  readonly endpoints: readonly Endpoint[]
  /** Where web clients are served, such as `http://127.0.0.1:8080`. */
  readonly webAddresses: readonly string[]
  /** Keys that were made because there was none. */
  readonly newKeys: readonly NewKey[]
  /**
   * Reads the configuration again, with keys and all that it names. What is under way is finished by
   * what it began with.
   * @returns what changed
   * @throws as startServer, and then all is as it was; the log says so, too
   */
  reload(): Promise<Changes>
  /** Answers what was taken, and lets go of everything. */
  stop(): Promise<void>
}

/**
 * Serves what the configuration says.
 * @throws InputError (or several) for what the operator wrote, StoreError and Error for the world
 */
export const startServer = async (config: Config, log: Log): Promise<RunningServer> => {
  checkKeys(config)
  const { data } = config
  const lasting = atSetting(config, ['data'], `cannot make ${data}`, () => openLasting(data, log))
  let newKeys: NewKey[] = []
  let server: Server | undefined
  try {
    const udp = await chosenUdp(config, log)
    const zones = readZones(config, lasting).open()
    const cookieSecret = loadCookieSecret(config)
    const fleets = fleetsOf(config)
    const certificate = certificateOf(config)
    const alertWays = alertWaysOf(config)
    // Not before all else that the operator wrote was taken: this is said on one start only.
    newKeys = makeFirstKeys(config)
    const loaded = {
      config,
      keyring: keyringOf(config),
      cookieSecret,
      fleets,
      certificate,
      alertWays,
    }
    server = new Server(lasting, generationOf(loaded, zones, lasting), newKeys, udp)
    await server.start()
    return server
  } catch (error) {
    await (server?.stop() ?? lasting.store.close())
    // The next start shall say of its keys what this one cannot.
    for (const { path } of newKeys) rmSync(path)
    throw error
  }
}

const limitsOf = ({ zones }: Config): JournalLimits[] =>
  zones.map(({ name, journal }) => ({ apex: name, ...journal }))

class Server implements RunningServer {
  readonly newKeys: readonly NewKey[]
  private readonly lasting: Lasting
  /** Undefined where this thread answers alone. */
  private readonly readers: Readers | undefined
  private readonly listening: Listening
  private readonly web: WebListening
  private generation: Generation
  private reported = '{}'
  /** What else ends with the server, in this order. */
  private readonly ends: (() => void | Promise<void>)[] = []
  /** The reload that is under way, for there is one at a time. */
  private reloading: Promise<unknown> = Promise.resolve()
  private isStopping = false

  constructor(
    lasting: Lasting,
    generation: Generation,
    newKeys: readonly NewKey[],
    { listen, workers }: ChosenUdp,
  ) {
    this.lasting = lasting
    this.generation = generation
    this.newKeys = newKeys
    const { folder, count } = { folder: generation.config.data, count: workers - 1 }
    if (count > 0) this.readers = new Readers({ ...lasting, folder, count }, generation)
    this.listening = new Listening(
      // Whoever is asked answers to the end, also when another has come by then.
      (packet, peer, reply, flow) => this.generation.dispatcher.handle(packet, peer, reply, flow),
      {
        quick: (request) => this.generation.dispatcher.quick(request),
        isProxy: (address) => this.generation.isProxy(address),
        counters: lasting.counters,
      },
      listen,
      lasting.log,
      this.readers,
    )
    lasting.attempts.subscribe((attempt) => {
      const rejection = rejectionOfAttempt(attempt, this.generation.zones)
      if (rejection !== undefined) {
        lasting.rejections.addRead(rejection, attempt.identity === undefined)
      }
    })
    this.web = new WebListening(() => this.webOptions(), lasting.log)
  }

  get endpoints(): readonly Endpoint[] {
    return this.listening.endpoints
  }

  get webAddresses(): readonly string[] {
    return this.web.addresses
  }

  async start(): Promise<void> {
    // Nobody waits for them: whichever is ready is told of the sockets.
    const reading = this.readers?.start()
    const change = await this.listen(this.generation)
    await change.keep()
    this.lookAtKeys()
    const everyMinute = (): void => {
      this.reportCounters()
      this.lasting.keyUses.save()
      this.lasting.tokens.save()
      this.web.renew()
      void this.lasting.alerts.look()
    }
    const endTimers = regularly(everyMinute, () => {
      this.warnOfExpiry()
    })
    this.ends.push(endTimers, this.startTrimming())
    this.ends.push(await this.openControl())
    const { notify } = this.lasting
    this.configureHosts()
    this.ends.push(() => {
      notify.stop()
      this.lasting.alerts.stop()
    })
    // Not before we can be asked.
    notify.configure(this.generation)
    this.generation.role.start()
    await reading
  }

  /** Keeps the journals as the configuration of the day says. */
  private startTrimming(): () => void {
    const { store, clock, log } = this.lasting
    const limits = (): JournalLimits[] => limitsOf(this.generation.config)
    const trimming = new JournalTrimming(store, limits, clock, log)
    trimming.start()
    return () => {
      trimming.stop()
    }
  }

  /** What answers HTTP is loaded when names are answered, and whoever asks meanwhile need not wait for all of it. */
  private async openControl(): Promise<() => Promise<void>> {
    const { config } = this.generation
    const { lasting } = this
    await letAsk()
    const [{ controlRoutesOf }, { openControl }] = await Promise.all([
      import('./app/control-routes.ts'),
      import('./control/control-server.ts'),
    ])
    await letAsk()
    const routes = controlRoutesOf(
      lasting,
      () => this.generation,
      () => this.reload(),
    )
    return openControl(config.control, routes, lasting.log).catch((error: unknown) => {
      // What keeps us from opening it is the system, or what else is there.
      throw config.errorAt(['control'], `no control socket: ${(error as Error).message}`)
    })
  }

  reload(): Promise<Changes> {
    const reload = this.reloading.then(() => this.reloadNow())
    this.reloading = reload.catch(() => undefined)
    return reload
  }

  async stop(): Promise<void> {
    this.isStopping = true
    await this.reloading
    // What waits for a primary would keep clients waiting.
    await Promise.all([this.generation.role.stop(), this.listening.close(), this.web.close()])
    await this.readers?.stop()
    for (const end of this.ends) await end()
    await this.lasting.store.close()
  }

  private async reloadNow(): Promise<Changes> {
    const { log } = this.lasting
    try {
      if (this.isStopping) throw new StoreError('the server is stopping')
      const changes = await this.exchange(loadedAgain(this.generation))
      log.info(changes, 'reloaded')
      this.lookAtKeys()
      return changes
    } catch (error) {
      log.error({ errors: messagesOf(error) }, 'not reloaded: all stays as it was')
      throw error
    }
  }

  private async exchange(loaded: Loaded): Promise<Changes> {
    const zones = readZones(loaded.config, this.lasting)
    const listen = await this.listen(loaded).catch((error: unknown) => {
      zones.abandon()
      throw error
    })
    const before = this.generation
    try {
      const generation = generationOf(loaded, zones.open(), this.lasting)
      this.readers?.exchange(generation)
      this.generation = generation
    } catch (error) {
      zones.abandon()
      await listen.undo()
      throw error
    }
    const retired = before.role.retire()
    await listen.keep()
    this.lasting.notify.configure(this.generation)
    this.configureHosts()
    await retired
    this.generation.role.start()
    return changesBetween(before, loaded, listen)
  }

  private async webOptions(): Promise<WebOptions> {
    const { webOptionsOf } = await import('./app/web-options.ts')
    return webOptionsOf(this.lasting, () => this.generation)
  }

  private async listen({ config, certificate }: Loaded): Promise<ListenChange> {
    const change = await this.listening.change(config)
    try {
      return together(change, await this.web.change(config, certificate))
    } catch (error) {
      await change.undo()
      throw error
    }
  }

  private configureHosts(): void {
    const { hostStates, tokens, alerts } = this.lasting
    const { config, alertWays } = this.generation
    hostStates.configure(hostSettingsOf(this.generation, tokens))
    alerts.configure({ ways: alertWays, mostFailures: config.alerts.mostFailures })
  }

  private lookAtKeys(): void {
    const { keyring } = this.generation
    this.lasting.keyUses.forgetAllBut(keyring)
    warnOfMd5(keyring, this.lasting.log)
    this.warnOfExpiry()
  }

  private warnOfExpiry(): void {
    const { clock, log } = this.lasting
    warnOfExpiry(this.generation.keyring, clock.nowSeconds(), log)
  }

  /** Where they have changed. */
  private reportCounters(): void {
    const counters = this.lasting.counters.all()
    const text = JSON.stringify(counters)
    if (text !== this.reported) this.lasting.log.info({ counters }, 'counters since the start')
    this.reported = text
  }
}

/** In the first turn it is seen that a question has come, in the next one it is answered. */
const letAsk = async (): Promise<void> => {
  await setImmediate()
  await setImmediate()
}

/** As an operator reads them: a stack only for what is a bug of ours. */
const messagesOf = (error: unknown): string[] => {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error]
  return errors.map((one) =>
    one instanceof InputError || one instanceof StoreError || isSystemError(one)
      ? one.message
      : inspect(one),
  )
}
