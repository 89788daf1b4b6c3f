/** One round: find the addresses, see what the server has where that is due, and change what differs. */
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { nameToText } from '../text/name-text.ts'
import { rrTypeName } from '../wire/codes.ts'
import { ADDRESS_TYPE, FAMILIES, type Family, type PerFamily } from './address.ts'
import {
  afterUpdate,
  changesTo,
  isHeld,
  isLookDue,
  NEW_HOST,
  wantedFor,
  type Change,
  type HostState,
  type Published,
  type Urgency,
} from './decide.ts'
import { detect, familyText, type AskSource, type Detected } from './detect.ts'
import type { Tell } from './hooks.ts'
import { memoryFor, type Memory } from './memory.ts'
import type { Server } from './server.ts'
import type { AgentSettings, HostSettings } from './settings.ts'

/** What a round needs of the world. */
export interface RoundParts {
  readonly settings: AgentSettings
  readonly server: Server
  readonly askSource: AskSource
  readonly tell: Tell
  readonly clock: Clock
  readonly log: Log
  /** From 0 to 1. */
  readonly random: () => number
}

/** How a host stands after a round. */
export interface HostReport {
  readonly host: HostSettings
  readonly state: HostState
  readonly wanted: PerFamily<Published>
  /** What was changed, or would be. */
  readonly changes: readonly Change[]
  readonly result: 'unchanged' | 'changed' | 'failed' | 'held' | 'would change'
}

export interface RoundReport {
  readonly memory: Memory
  readonly detected: PerFamily<Detected>
  readonly hosts: readonly HostReport[]
}

export interface RoundOptions {
  readonly urgency: Urgency
  /** Nothing is changed anywhere. */
  readonly isDry: boolean
}

/** So long sources have to agree that an address is gone: a lease may be late, a cable pulled. */
const GONE_MILLISECONDS = 60_000

export const round = async (
  parts: RoundParts,
  remembered: Memory | undefined,
  options: RoundOptions,
): Promise<RoundReport> => {
  const { settings, clock } = parts
  const before = memoryFor(settings.fingerprint, remembered)
  const { detected, found, missingSince } = await findAddresses(parts, before)

  const plans: Plan[] = []
  for (const host of settings.hosts) {
    const known = before.hosts[nameToText(host.name)] ?? NEW_HOST
    const state = await looked(parts, host, known, options)
    const wanted = wantedFor(host, detected)
    plans.push({ host, state, wanted, changes: changesTo(state.published, wanted) })
  }
  const now = clock.nowMilliseconds()
  const isDue = ({ state, changes }: Plan): boolean =>
    changes.length > 0 && !isHeld(state, options.urgency, now)
  const reports = options.isDry
    ? plans.map((plan) => ({ ...plan, result: dryResult(plan) }))
    : await changed(parts, plans, new Set(plans.filter(isDue)))
  const hosts = Object.fromEntries(reports.map(({ host, state }) => [nameToText(host.name), state]))
  const memory = { fingerprint: settings.fingerprint, found, missingSince, hosts }
  return { memory, detected, hosts: reports }
}

type Plan = Omit<HostReport, 'result'>

const dryResult = ({ changes }: Plan): HostReport['result'] =>
  changes.length > 0 ? 'would change' : 'unchanged'

const findAddresses = async (
  { settings, askSource, clock }: RoundParts,
  before: Memory,
): Promise<Pick<Memory, 'found' | 'missingSince'> & { detected: PerFamily<Detected> }> => {
  const detected: Partial<Record<Family, Detected>> = {}
  const found = { ...before.found }
  const missingSince: Partial<Record<Family, number>> = {}
  const now = clock.nowMilliseconds()
  for (const family of FAMILIES) {
    if (!settings.hosts.some(({ families }) => families.includes(family))) continue
    const answer = await detect(settings.sources[family], family, found[family], askSource)
    detected[family] = answer
    if (answer.kind === 'address') found[family] = answer.address
    if (answer.kind !== 'none') continue
    const since = Math.min(before.missingSince[family] ?? now, now)
    missingSince[family] = since
    if (now - since >= GONE_MILLISECONDS) continue
    detected[family] = { kind: 'unknown', why: `${answer.why}; not yet for long` }
  }
  return { detected, found, missingSince }
}

/** The state of the host, with what the server says where it is time to ask. */
const looked = async (
  { server, settings, clock, log }: RoundParts,
  host: HostSettings,
  known: HostState,
  { urgency, isDry }: RoundOptions,
): Promise<HostState> => {
  const now = clock.nowMilliseconds()
  if (!isDry && isHeld(known, urgency, now)) return known
  const isDue = isLookDue(known, host.families, settings.verifySeconds, now)
  if (!isDue && !isDry) return known
  const answer = await server.look(host)
  const name = nameToText(host.name)
  switch (answer.kind) {
    case 'nobody':
      return known
    case 'failed':
      log.warn({ host: name, why: answer.why }, 'the server does not say what the name has')
      return known
    case 'found': {
      const drift = changesTo(known.published, answer.published).filter(
        ({ from }) => from !== undefined,
      )
      for (const { family, from, to } of drift) {
        const type = rrTypeName(ADDRESS_TYPE[family])
        log.warn({ host: name, type, expected: from, found: to }, 'the server has something else')
      }
      return { ...known, published: answer.published, verifiedAt: now }
    }
  }
}

const changed = async (
  parts: RoundParts,
  plans: readonly Plan[],
  due: ReadonlySet<Plan>,
): Promise<HostReport[]> => {
  const updates = [...due]
  const outcomes = updates.length === 0 ? [] : await parts.server.update(updates)
  const now = parts.clock.nowMilliseconds()
  // One for all, so that hosts that failed together are tried again together, in one message.
  const random = parts.random()
  const reports: HostReport[] = []
  for (const plan of plans) {
    const outcome = outcomes[updates.indexOf(plan)]
    if (outcome === undefined) {
      reports.push(await atRest(parts, plan))
      continue
    }
    const { state, event } = afterUpdate(plan.state, plan.wanted, outcome, now, random)
    const report: HostReport = {
      ...plan,
      state,
      result: outcome.kind === 'done' ? 'changed' : 'failed',
    }
    await told(parts, report, event)
    reports.push(report)
  }
  return reports
}

/** Nothing was sent: it is as it should be, or it has to wait. */
const atRest = async (parts: RoundParts, plan: Plan): Promise<HostReport> => {
  if (plan.changes.length > 0) return { ...plan, result: 'held' }
  const { failure, ...rest } = plan.state
  const isKnown = plan.host.families.every((family) => plan.wanted[family] !== undefined)
  if (failure === undefined || !isKnown) return { ...plan, result: 'unchanged' }
  // Somebody else has put right what we could not, or it is no longer wanted.
  const report: HostReport = { ...plan, state: rest, result: 'unchanged' }
  await told(parts, report, failure.alertedAt === undefined ? undefined : 'recover')
  return report
}

const told = async (
  { log, tell }: RoundParts,
  { host, state, changes, result }: HostReport,
  event: 'failure' | 'recover' | undefined,
): Promise<void> => {
  const name = nameToText(host.name)
  const error = state.failure?.why ?? ''
  const asText = (addresses: readonly (Published | undefined)[]): string =>
    addresses.flatMap((address) => address ?? []).join(',')
  const oldAddress = asText(changes.map(({ from }) => from))
  const newAddress = asText(changes.map(({ to }) => to))
  const about = { host: name, oldAddress, newAddress, error }
  if (result === 'changed') {
    log.info({ host: name, from: oldAddress, to: newAddress }, 'the addresses are changed')
    await tell({ kind: 'change', ...about })
  }
  if (state.failure !== undefined) {
    const { kind, tries, nextTryAt } = state.failure
    const nextTry = new Date(nextTryAt).toISOString()
    const text =
      kind === 'refused' ? 'the update was refused: somebody has to look' : 'the update failed'
    log[event === 'failure' ? 'error' : 'warn'](
      { host: name, why: error, tries, nextTry, wanted: newAddress },
      text,
    )
  }
  if (event === 'recover') log.info({ host: name }, 'the host is right again')
  if (event !== undefined) await tell({ kind: event, ...about })
}

/** What was found, a line a family. */
export const detectedLines = (detected: PerFamily<Detected>): string[] =>
  FAMILIES.flatMap((family) => {
    const answer = detected[family]
    if (answer === undefined) return []
    const name = familyText(family)
    switch (answer.kind) {
      case 'address':
        return [`${name}: ${answer.address} (${answer.source})`]
      case 'none':
        return [`${name}: no address (${answer.why})`]
      case 'unknown':
        return [`${name}: not known, left as it is (${answer.why})`]
    }
  })
