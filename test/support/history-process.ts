/** Fills a journal; or trims it, or brings a zone back and forth, until it is killed. */
import { writeSync } from 'node:fs'
import { systemClock } from '../../src/base/clock.ts'
import { commitChange } from '../../src/history/change.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import type { ZoneRecord } from '../../src/zone/changeset.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { a, change, publish, put, serialIn, viewOf } from './records.ts'

const [, , mode = '', folder = ''] = process.argv

/** Written before it returns, so that it is there whatever happens to the process next. */
const tell = (): void => {
  writeSync(1, '.')
}

/** Records of the one state and of the other. */
const SIZE = 300
export const stateOf = (state: number): ZoneRecord[] =>
  Array.from({ length: SIZE }, (_, n) => a(`n${n}.x.`, `10.0.${state}.1`))

const modes: Readonly<Record<string, () => Promise<void>>> = {
  /** Fills the journal of `x.`, and ends. */
  fill: async () => {
    const store = LmdbStore.open(folder, systemClock)
    const view = publish(store, 'x.')
    await Promise.all(
      Array.from({ length: 2000 }, (_, n) =>
        change(store, view, (draft) => {
          put(draft, a(`n${n}.x.`, '192.0.2.1'))
        }),
      ),
    )
    await store.close()
  },

  /** Trims the journal of `x.` to nothing step by step. */
  trim: async () => {
    const store = LmdbStore.open(folder, systemClock)
    const view = viewOf(store, 'x.')
    while (store.trimJournal(view, { sinceMilliseconds: 0, octets: 0 })) tell()
    await new Promise(() => setInterval(tell, 1))
  },

  /** Makes all of `x.` one thing and then the other, and remembers it as the file that was applied. */
  restore: async () => {
    const store = LmdbStore.open(folder, systemClock)
    const view = publish(store, 'x.', stateOf(0), 10, 'file')
    const author = { principal: 'operator:x', source: '', transport: 'cli' } as const
    for (let state = 0; ; state = 1 - state) {
      const patch = { removed: stateOf(state), added: stateOf(1 - state) }
      const since = serialOf(serialIn(view))
      const wanted = { since, patch, isWhole: true, applied: patch }
      await commitChange(store, view, author, 'restore', wanted)
      tell()
    }
  },
}

// The test imports the states alone.
if (mode in modes) await modes[mode]?.()
