/** The store of an operator whose zone has changed: what a server would have left there. */
import { openDatabases } from '../../src/store/databases.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import type { FakeClock } from './clock.ts'
import { editDraft } from './edited-zone.ts'
import type { Operator } from './operator.ts'
import { AUTHOR } from './records.ts'
import { name } from './service.ts'

/** Commits each of the changes, a second after the one before; the store must not be open. */
export const editStore = async (
  operator: Operator,
  clock: FakeClock,
  ...changes: readonly (readonly string[])[]
): Promise<void> => {
  const store = LmdbStore.open(operator.path('data'), clock)
  const view = store.zone(name('dyn.example.'))
  if (view === undefined) throw new Error('no zone')
  for (const lines of changes) {
    clock.advanceSeconds(1)
    await store.commit(view, AUTHOR, (draft) => {
      editDraft(draft, ...lines)
      return { keep: true, grants: ['ddns-key. zonesub ANY'], result: undefined }
    })
  }
  await store.close()
}

/** Takes away what is remembered of the zone file that was applied last. */
export const forgetFile = async (operator: Operator): Promise<void> => {
  const { root, applied } = openDatabases(operator.path('data'), false)
  applied.clearSync()
  await root.close()
}
