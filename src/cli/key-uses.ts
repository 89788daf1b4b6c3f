/** When secrets were used last, as the store has it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isoTime, systemClock } from '../base/clock.ts'
import { LmdbStore } from '../store/lmdb.ts'
import type { KeyUse } from '../zone/key-use.ts'

/** @param data the folder of the store, which need not be there; a server may be running */
export const storedKeyUses = async (data: string): Promise<ReadonlyMap<string, KeyUse>> => {
  if (!existsSync(join(data, 'data.mdb'))) return new Map()
  const store = LmdbStore.openForReading(data, systemClock)
  try {
    return store.keyUses()
  } finally {
    await store.close()
  }
}

export const keyUseText = (use: KeyUse | undefined): string =>
  use === undefined ? 'never used' : `last used ${isoTime(use.timeMilliseconds)} from ${use.source}`
