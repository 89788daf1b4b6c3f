/** `livezone apply ZONE FILE`: an edited master file laid into the live zone, without freeze and thaw. */
import { createInterface } from 'node:readline/promises'
import { systemClock } from '../base/clock.ts'
import { planMerge, planReplace, type MergePlan, type Side } from '../history/merge.ts'
import { MemoryStore } from '../store/memory.ts'
import { loadZoneFile } from '../store/zone-file.ts'
import { nameToText } from '../text/name-text.ts'
import type { Name } from '../wire/name.ts'
import type { ZoneView } from '../zone/zone.ts'
import { makeChange, NOTHING_DONE, showPatch } from './change-zone.ts'
import { configOf, reading } from './configuration.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'
import { readingZone } from './stored-zone.ts'

export interface ApplyOptions {
  readonly config: string
  readonly dryRun?: true
  readonly replace?: true
  readonly prefer?: Side
  readonly yes?: true
}

export const apply = async (
  zoneText: string,
  file: string,
  options: ApplyOptions,
): Promise<void> => {
  const apex = nameArgument(zoneText)
  const config = configOf(options)
  const wanted = reading(file, () => zoneFileView(apex, file))
  const { plan, isFirst } = await readingZone(config, apex, (store, view) => {
    const base = store.appliedFile(view)
    const plan =
      options.replace === true
        ? planReplace(view, base, wanted)
        : planMerge(view, base, wanted, options.prefer)
    return { plan, isFirst: base === undefined && options.replace !== true }
  })
  const zone = nameToText(apex)
  if (plan.isNothing) {
    process.stdout.write(`${nothingToDo(zone, file, options)}\n`)
    return
  }
  if (isFirst) process.stderr.write(`${zone}: ${FIRST}\n`)
  await showPatch(plan.change.patch)
  refuseConflicts(file, plan)
  if (options.dryRun === true) process.stdout.write(NOTHING_DONE)
  else if (await isConfirmed(options)) await makeChange(config, apex, `apply ${file}`, plan.change)
  else process.stdout.write('nothing was changed\n')
}

/** What clients changed of the file's own records is not looked for: it stays. */
const nothingToDo = (zone: string, file: string, { replace }: ApplyOptions): string =>
  replace === true
    ? `${zone} is what ${file} says: there is nothing to do`
    : `${file} is as it was applied last: there is nothing to do; --replace would undo what clients changed`

const FIRST =
  'no earlier file is known, so nothing is taken to have been removed from it; --replace would remove the rest'

/** @throws InputError for what is wrong in the file */
const zoneFileView = (apex: Name, file: string): ZoneView => {
  const store = new MemoryStore(systemClock)
  loadZoneFile(store, apex, file)
  // It was put there a moment ago.
  return store.zone(apex) as ZoneView
}

const refuseConflicts = (file: string, { conflicts }: MergePlan): void => {
  if (conflicts.length === 0) return
  throw new OperatorError(
    `${file} is not applied, for the zone has changed in the same places:\n${conflicts.join('\n')}\n` +
      'Edit the file, or say which side wins: --prefer file or --prefer zone.',
  )
}

/** Asks whoever sits at a terminal. */
const isConfirmed = async ({ yes }: ApplyOptions): Promise<boolean> => {
  if (yes === true || !process.stdin.isTTY) return true
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await terminal.question('Apply this? [y/N] ')).trim())
  } finally {
    terminal.close()
  }
}
