/** `livezone agent` */
import { Agent } from '../agent/agent.ts'
import { rrTypeName } from '../wire/codes.ts'
import { ADDRESS_TYPE } from '../agent/address.ts'
import type { Change } from '../agent/decide.ts'
import { askWorld } from '../agent/detect.ts'
import { DnsServer } from '../agent/dns-server.ts'
import type { ServerAddress } from '../agent/exchange.ts'
import { tellHooks } from '../agent/hooks.ts'
import { interfaceAddresses, networkPicture } from '../agent/interfaces.ts'
import { readMemory, writeMemory } from '../agent/memory.ts'
import { monitorNetwork } from '../agent/monitor.ts'
import { detectedLines, round, type HostReport, type RoundParts } from '../agent/round.ts'
import type { Server } from '../agent/server.ts'
import { loadAgentSettings, type AgentSettings } from '../agent/settings.ts'
import { statusOf } from '../agent/status.ts'
import { WebServer } from '../agent/web-server.ts'
import { systemClock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { Alarm } from '../base/scheduler.ts'
import { nameToText } from '../text/name-text.ts'
import { reading } from './configuration.ts'
import { ExitStatus } from './exit-status.ts'
import { createLog } from './log.ts'
import { OperatorError } from './operator-error.ts'
import { version } from './version.ts'

export interface AgentOptions {
  readonly config: string
  readonly once?: true
  readonly dryRun?: true
  readonly status?: true
  readonly now?: true
  readonly logPretty?: true
}

/** @throws ExitStatus where a host is not as it should be */
export const agent = async (options: AgentOptions): Promise<void> => {
  const { once, dryRun, status } = options
  if ([once, dryRun, status].filter((option) => option === true).length > 1) {
    throw new OperatorError('--once, --dry-run and --status exclude each other')
  }
  const settings = settingsOf(options)
  let isRight = true
  if (status === true) isRight = showStatus(settings)
  else if (once === true || dryRun === true) isRight = await oneRound(settings, options)
  else await runUntilSignal(settings, options)
  if (!isRight) throw new ExitStatus(1)
}

const settingsOf = ({ config }: AgentOptions): AgentSettings =>
  reading(config, () => loadAgentSettings(config))

const showStatus = (settings: AgentSettings): boolean => {
  const hosts = statusOf(settings, readMemory(settings.stateFile))
  process.stdout.write(`${JSON.stringify({ hosts }, undefined, 2)}\n`)
  return hosts.every(({ state }) => state === 'ok')
}

const oneRound = async (settings: AgentSettings, options: AgentOptions): Promise<boolean> => {
  const isDry = options.dryRun === true
  // For whoever typed it, or gets it by mail; what was done stands on stdout.
  const log = await createLog(true, 'warn')
  const parts = partsOf(settings, log, new AbortController().signal)
  const urgency = options.now === true ? 'all' : 'none'
  const report = await round(parts, readMemory(settings.stateFile), { isDry, urgency })
  if (!isDry) writeMemory(settings.stateFile, report.memory)
  const lines = [...detectedLines(report.detected), ...report.hosts.flatMap(reportLines)]
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
  return report.hosts.every(({ result }) => result !== 'failed' && result !== 'held')
}

const reportLines = ({ host, state, changes, result }: HostReport): string[] => {
  const name = nameToText(host.name)
  const { failure } = state
  const why = failure === undefined ? '' : `: ${failure.why}`
  const nextTry = new Date(failure?.nextTryAt ?? 0).toISOString()
  switch (result) {
    case 'unchanged':
      return [`${name} needs no change`]
    case 'changed':
      return changes.map((change) => `${name} ${changeText(change)}`)
    case 'would change':
      return changes.map((change) => `${name} ${changeText(change)} (not done: --dry-run)`)
    case 'failed':
      return [`${name} FAILED${why}`]
    case 'held':
      return [`${name} waits until ${nextTry} (--now does not)${why}`]
  }
}

export const changeText = ({ family, from, to }: Change): string => {
  const type = rrTypeName(ADDRESS_TYPE[family])
  return `${type} ${from === undefined ? '?' : (from ?? 'none')} -> ${to ?? 'none'}`
}

/** Ends with SIGTERM or SIGINT; SIGHUP reads the configuration again and tries everything at once. */
const runUntilSignal = async (first: AgentSettings, options: AgentOptions): Promise<void> => {
  const log = await createLog(options.logPretty === true)
  let running = startAgent(first, log)
  const reload = (): void => {
    let settings: AgentSettings
    try {
      settings = settingsOf(options)
    } catch (error) {
      log.error(
        { why: (error as Error).message },
        'the configuration is wrong: the one before stays',
      )
      return
    }
    log.info({}, 'the configuration is read again')
    const { stop } = running
    running = { stop: () => started.then((next) => next.stop()) }
    const started = stop().then(() => startAgent(settings, log))
  }
  process.on('SIGHUP', reload)
  const signal = await nextSignal()
  process.off('SIGHUP', reload)
  log.info({ signal }, 'stopping')
  await running.stop()
}

interface Running {
  readonly stop: () => Promise<void>
}

const startAgent = (settings: AgentSettings, log: Log): Running => {
  const aborting = new AbortController()
  const { stateFile } = settings
  const agent = new Agent({
    ...partsOf(settings, log, aborting.signal),
    alarm,
    picture: networkPicture,
    read: () => readMemory(stateFile),
    write: (memory) => {
      writeMemory(stateFile, memory)
    },
  })
  const hosts = settings.hosts.map(({ name }) => nameToText(name)).join(', ')
  log.info({ hosts, state: stateFile }, 'the agent runs')
  agent.start()
  const stopMonitor = monitorNetwork(agent.networkMoved, log)
  return {
    stop: () => {
      stopMonitor()
      aborting.abort()
      return agent.stop()
    },
  }
}

/** Unlike the server's, it keeps the process alive: there may be nothing else. */
const alarm: Alarm = (milliseconds, ring) => {
  const timer = setTimeout(ring, milliseconds)
  return () => {
    clearTimeout(timer)
  }
}

const partsOf = (settings: AgentSettings, log: Log, signal: AbortSignal): RoundParts => ({
  settings,
  log,
  clock: systemClock,
  random: Math.random,
  server: serverOf(settings, signal),
  askSource: askWorld(interfaceAddresses, settings.allowPrivate),
  tell: tellHooks(settings.hooks, log),
})

const serverOf = ({ update }: AgentSettings, signal: AbortSignal): Server => {
  const byDns = (
    server: ServerAddress,
    key?: Extract<typeof update, { kind: 'dns' }>['key'],
  ): DnsServer => new DnsServer({ server, key, clock: systemClock, signal })
  if (update.kind === 'dns') return byDns(update.server, update.key)
  const { url, user, token, server } = update
  const asked = server && byDns(server)
  const userAgent = `livezone-agent/${version()}`
  return new WebServer({ url, user, token, userAgent, look: asked && ((host) => asked.look(host)) })
}

const nextSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })
