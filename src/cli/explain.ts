/** `livezone explain CHANGE...`: whether an update would be taken, and which rule says so. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UpdateRates } from '../access/update-rates.ts'
import { systemClock } from '../base/clock.ts'
import type { Config } from '../config/load.ts'
import { controlRequest } from '../control/control-client.ts'
import { ControlError } from '../control/problem.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { nameToText } from '../text/name-text.ts'
import { explain, type Explained, type ExplainQuestion } from '../update/explain.ts'
import type { GuardedZone } from '../update/process.ts'
import { Usage } from '../update/usage.ts'
import { keyBudgetsOf, ZoneBudgets } from '../update/zone-budgets.ts'
import type { NodeSource } from '../zone/draft.ts'
import { nameKeyOf } from '../zone/name-key.ts'
import { ZoneSet } from '../zone/zone-set.ts'
import { configOf } from './configuration.ts'
import { ExitStatus } from './exit-status.ts'
import { OperatorError } from './operator-error.ts'

export interface ExplainOptions {
  readonly config: string
  readonly key?: string
  readonly from: string
  readonly transport: 'udp' | 'tcp'
  readonly zone?: string
  /** Whether a running server is to be asked; undefined for one that there may be. */
  readonly running?: boolean
}

/** @throws ExitStatus 1 when the update would be refused */
export const explainChanges = async (
  changes: readonly string[],
  { config: file, running, ...rest }: ExplainOptions,
): Promise<void> => {
  const config = configOf({ config: file })
  const question: ExplainQuestion = { ...rest, changes }
  const asked = running === false ? undefined : await askServer(config, question, running === true)
  const said = asked ?? (await askConfiguration(config, question))
  const as = asked === undefined ? `as ${file} has it` : 'as the running server has it'
  process.stdout.write([...said.lines, as, ''].join('\n'))
  if (!said.allowed) throw new ExitStatus(1)
}

/** @returns undefined when no server answers and none has to */
const askServer = async (
  { control }: Config,
  body: ExplainQuestion,
  mustRun: boolean,
): Promise<Explained | undefined> => {
  try {
    return await controlRequest<Explained>(control, { method: 'POST', url: '/explain', body })
  } catch (error) {
    if (error instanceof ControlError && error.status === undefined && !mustRun) return undefined
    throw error
  }
}

/** What is in the zones comes from the store; one that it does not have is taken to be empty. */
const askConfiguration = async (config: Config, question: ExplainQuestion): Promise<Explained> => {
  const zones = new ZoneSet<GuardedZone>()
  const store = existsSync(join(config.data, 'data.mdb'))
    ? LmdbStore.openForReading(config.data, systemClock)
    : undefined
  const usage = new Usage()
  const rates = new UpdateRates(systemClock)
  const keyBudgets = keyBudgetsOf(config.keySettings)
  for (const { name: apex, policy, strict, ceiling } of config.zones) {
    const budgets = new ZoneBudgets(policy, keyBudgets, ceiling, usage, rates)
    const view = store?.zone(apex)
    if (view !== undefined) budgets.watch(view)
    zones.add({ apex, policy, strict, budgets })
  }
  try {
    const notes: string[] = []
    const explanation = explain(question, zones, ({ apex }): NodeSource => {
      const view = store?.zone(apex)
      if (view === undefined) notes.push(`the store has no ${nameToText(apex)} yet: taken as empty`)
      return view ?? { apex, apexKey: nameKeyOf(apex), get: () => undefined }
    })
    if (!explanation.ok) throw new OperatorError(explanation.why)
    return { ...explanation.explained, lines: [...explanation.explained.lines, ...notes] }
  } finally {
    await store?.close()
  }
}
