/** When secrets were used last, as the store has it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isoTime, systemClock } from '../base/clock.ts'
import type { Config } from '../config/load.ts'
import { controlRequest } from '../control/control-client.ts'
import { LmdbStore } from '../store/lmdb.ts'
import type { KeyUse } from '../zone/key-use.ts'

/** With what a running server noted a moment ago, if there is one; without a store there are none. */
export const storedKeyUses = async ({
  data,
  control,
}: Config): Promise<ReadonlyMap<string, KeyUse>> => {
  if (!existsSync(join(data, 'data.mdb'))) return new Map()
  const asked = controlRequest(control, { method: 'POST', url: '/key-uses/save' })
  // No server, or none that this user may ask: the store has what there was a minute ago.
  await asked.catch(() => undefined)
  const store = LmdbStore.openForReading(data, systemClock)
  try {
    return store.keyUses()
  } finally {
    await store.close()
  }
}

export const keyUseText = (use: KeyUse | undefined): string =>
  use === undefined ? 'never used' : `last used ${isoTime(use.timeMilliseconds)} from ${use.source}`
