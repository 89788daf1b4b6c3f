/** `livezone import ZONE FILE` */
import { statSync } from 'node:fs'
import { systemClock } from '../base/clock.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { loadZoneFile } from '../store/zone-file.ts'
import { nameToText } from '../text/name-text.ts'
import { serialOfApex } from '../zone/soa.ts'
import { configOf, reading } from './configuration.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'
import { progressBar } from './progress-bar.ts'

export interface ImportOptions {
  readonly config: string
  readonly replace?: true
}

export const importZone = async (
  zoneText: string,
  file: string,
  options: ImportOptions,
): Promise<void> => {
  const apex = nameArgument(zoneText)
  const config = configOf(options)
  const store = LmdbStore.open(config.data, systemClock)
  try {
    const text = nameToText(apex)
    if (store.zone(apex) !== undefined && options.replace !== true) {
      throw new OperatorError(
        `the store has ${text} already: --replace takes its place, dynamic records and history included`,
      )
    }
    const records = reading(file, () =>
      loadZoneFile(store, apex, file, progressBar(statSync(file).size)),
    )
    const view = store.zone(apex)
    const serial = serialOfApex(view?.get(view.apexKey))
    process.stdout.write(`${text} has ${records} records now, serial ${serial}\n`)
  } finally {
    await store.close()
  }
}
