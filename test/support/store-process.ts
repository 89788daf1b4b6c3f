/** A process of its own that opens the store in a folder, and tells on its output what it found. */
import { writeSync } from 'node:fs'
import { systemClock } from '../../src/base/clock.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { ownClaim } from '../../src/store/writer-claim.ts'
import { a, change, named, ownersOf, publish, put, serialIn, viewOf } from './records.ts'

/** Written before it returns, so that it is there whatever happens to the process next. */
const tell = (value: unknown): void => {
  writeSync(1, `${JSON.stringify(value)}\n`)
}

const [, , mode = '', folder = ''] = process.argv

const untilInputEnds = (): Promise<void> =>
  new Promise((resolve) => {
    process.stdin.on('end', resolve).resume()
  })

const modes: Readonly<Record<string, () => Promise<void>>> = {
  /** Opens it for writing and lets go of it. */
  write: async () => {
    await LmdbStore.open(folder, systemClock).close()
    tell('opened')
  },

  /** Opens it for writing and stays until its input ends. */
  hold: async () => {
    const store = LmdbStore.open(folder, systemClock)
    tell('opened')
    await untilInputEnds()
    await store.close()
  },

  /** Opens it for reading and tells what is in `x.`, and what comes of a change and a load. */
  read: async () => {
    const store = LmdbStore.openForReading(folder, systemClock)
    const view = viewOf(store, 'x.')
    const refused = await change(store, view, (draft) => {
      put(draft, a('by-reader.x.', '192.0.2.1'))
    }).catch((error: unknown) => (error instanceof Error ? error.name : 'not an error'))
    let loaded = true
    try {
      store.load(named('y.'))
    } catch {
      loaded = false
    }
    const journal = Array.from(store.journal(view), ({ changeset }) => changeset.serialAfter)
    tell({ owners: ownersOf(view), serial: serialIn(view), journal, refused, loaded })
    await store.close()
  },

  /** Changes `x.` as fast as it goes, tells of each change that was acknowledged, and is killed. */
  die: async () => {
    const store = LmdbStore.open(folder, systemClock)
    const view = publish(store, 'x.')
    let acknowledged = 0
    const chain = async (lane: number): Promise<never> => {
      for (let number = 0; ; number++) {
        const owner = `n${lane}-${number}.x.`
        await change(store, view, (draft) => {
          put(draft, a(owner, '192.0.2.1'))
        })
        tell(owner)
        if (++acknowledged === 300) process.kill(process.pid, 'SIGKILL')
      }
    }
    await Promise.all(Array.from({ length: 20 }, (_, lane) => chain(lane)))
  },

  /** Tells its claim, before and after it gave itself a name that is hard to read. */
  claim: async () => {
    const before = ownClaim()
    process.title = 'x) S (1 2 3'
    tell([before, ownClaim()])
    await untilInputEnds()
  },
}

try {
  await modes[mode]?.()
} catch (error) {
  tell(error instanceof Error ? { name: error.name, message: error.message } : String(error))
  process.exitCode = 2
}
