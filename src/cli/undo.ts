/** `livezone undo ZONE SERIAL` and `livezone restore ZONE`. */
import { serialFromText, timeToText } from '../history/point-text.ts'
import { planRestore, planUndo } from '../history/undo.ts'
import { nameToText } from '../text/name-text.ts'
import { isEmptyPatch } from '../zone/patch.ts'
import { makeChange, NOTHING_DONE, showPatch } from './change-zone.ts'
import { configOf } from './configuration.ts'
import { pointOption, withinReach, type PointOptions } from './history.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'
import { readingZone } from './stored-zone.ts'

export interface UndoOptions {
  readonly config: string
  readonly force?: true
  readonly dryRun?: true
}

export const undo = async (
  zoneText: string,
  serialText: string,
  options: UndoOptions,
): Promise<void> => {
  const apex = nameArgument(zoneText)
  const serial = serialFromText(serialText)
  if (serial === undefined) {
    throw new OperatorError(`"${serialText}" is no serial: livezone history shows them`)
  }
  const config = configOf(options)
  const plan = await readingZone(config, apex, (store, view) => {
    withinReach(store, view, { kind: 'serial', serial })
    const found = planUndo(store, view, [serial])
    if (found !== undefined) return found
    throw new OperatorError(`${serial} is where the history begins: there is nothing before it`)
  })
  const { change, obstacles, problem } = plan
  if (isEmptyPatch(change.patch)) {
    process.stdout.write(
      `nothing is left of change ${serial}: ${nameToText(apex)} stays as it is\n`,
    )
    return
  }
  await showPatch(change.patch)
  if (problem !== undefined)
    throw new OperatorError(`change ${serial} cannot be undone: ${problem}`)
  if (obstacles.length > 0 && options.force !== true) {
    const listed = obstacles.map((one) => `  ${one}`).join('\n')
    throw new OperatorError(
      `change ${serial} is not undone, for later changes touched the same records:\n${listed}\n` +
        'Undo those first, or do it all the same with --force.',
    )
  }
  if (options.dryRun === true) process.stdout.write(NOTHING_DONE)
  else await makeChange(config, apex, `undo ${serial}`, change)
}

export interface RestoreOptions extends PointOptions {
  readonly config: string
  readonly dryRun?: true
}

export const restore = async (zoneText: string, options: RestoreOptions): Promise<void> => {
  const apex = nameArgument(zoneText)
  const point = pointOption(options)
  const config = configOf(options)
  const { change } = await readingZone(config, apex, (store, view) =>
    planRestore(store, view, withinReach(store, view, point)),
  )
  const what = point.kind === 'serial' ? `serial ${point.serial}` : timeToText(point.milliseconds)
  if (isEmptyPatch(change.patch)) {
    process.stdout.write(
      `${nameToText(apex)} is as it was at ${what}: there is nothing to restore\n`,
    )
    return
  }
  await showPatch(change.patch)
  if (options.dryRun === true) process.stdout.write(NOTHING_DONE)
  else await makeChange(config, apex, `restore ${what}`, change)
}
