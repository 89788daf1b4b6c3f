/** `livezone export ZONE` */
import { once } from 'node:events'
import { systemClock } from '../base/clock.ts'
import { LmdbStore } from '../store/lmdb.ts'
import { zoneFileLines } from '../store/zone-file.ts'
import { nameToText } from '../text/name-text.ts'
import { configOf } from './configuration.ts'
import { nameArgument } from './name-argument.ts'
import { OperatorError } from './operator-error.ts'

export const exportZone = async (
  zoneText: string,
  options: { readonly config: string },
): Promise<void> => {
  const apex = nameArgument(zoneText)
  const config = configOf(options)
  const store = LmdbStore.openForReading(config.data, systemClock)
  try {
    const view = store.zone(apex)
    if (view === undefined) {
      const known = store.apexes().map(nameToText).join(', ')
      throw new OperatorError(`the store has no ${nameToText(apex)}; it has: ${known || 'none'}`)
    }
    for (const line of zoneFileLines(view)) {
      // A reader that is slower than we are must not make us keep the zone in memory.
      if (!process.stdout.write(line)) await once(process.stdout, 'drain')
    }
  } finally {
    await store.close()
  }
}
