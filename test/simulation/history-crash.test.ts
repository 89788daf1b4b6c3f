/** `kill -9` while a journal is trimmed, and while a zone is brought back: nothing is half done. */
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openDatabases } from '../../src/store/databases.ts'
import { decodeJournalHead } from '../../src/store/journal-head.ts'
import { journalHeadKey, zoneIdOf } from '../../src/store/layout.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { FakeClock } from '../support/clock.ts'
import { stateOf } from '../support/history-process.ts'
import { a, change, lineOf, put, serialIn, viewOf, zoneLines } from '../support/records.ts'
import { plainly, run } from '../support/tools.ts'

const PROGRAM = fileURLToPath(new URL('../support/history-process.js', import.meta.url))
const CRASHES = 5

/** Kills the process when it has told of so many steps. */
const killAfter = async (mode: string, folder: string, steps: number): Promise<void> => {
  const child = spawn(...plainly(process.execPath, PROGRAM, mode, folder), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let told = 0
  child.stdout.on('data', (piece: Buffer) => {
    told += piece.length
    if (told >= steps) child.kill('SIGKILL')
  })
  await once(child, 'close')
  t.equal(child.signalCode, 'SIGKILL')
}

t.test(
  'a crash while a journal is trimmed leaves the newest part of it, and the zone',
  async (t) => {
    const filled = join(t.testdir(), 'filled')
    // By a process of its own: a store is its writer's as long as that one lives.
    t.equal((await run(process.execPath, [PROGRAM, 'fill', filled])).code, 0)
    for (let crash = 0; crash < CRASHES; crash++) {
      const folder = join(t.testdirName, `crash-${crash}`)
      cpSync(filled, folder, { recursive: true })
      await killAfter('trim', folder, randomInt(1, 20))
      const { root, meta, journal } = openDatabases(folder, true)
      const head = meta.get(journalHeadKey(zoneIdOf(1)))
      const octets = Array.from(journal.getRange({})).reduce(
        (sum, { value }) => sum + value.length,
        0,
      )
      // Before the first entry has gone nothing but the load is on record.
      const known = head && decodeJournalHead(head)
      if (known?.counted !== 0) t.equal(known?.octets, octets, 'what is left is known to the octet')
      await root.close()

      const store = LmdbStore.open(folder, new FakeClock())
      const view = viewOf(store, 'x.')
      t.equal(serialIn(view), 2010)
      t.equal(zoneLines(view).length, 2002)
      const left = Array.from(store.journal(view), ({ changeset }) => changeset.serialAfter)
      t.strictSame(
        left,
        Array.from({ length: left.length }, (_, n) => 2011 - left.length + n),
      )
      await change(store, view, (draft) => {
        put(draft, a('after.x.', '192.0.2.1'))
      })
      const [latest] = store.journal(view, { newestFirst: true })
      t.equal(latest?.changeset.serialAfter, 2011)
      t.equal(Array.from(store.journal(view)).length, left.length + 1)
      await store.close()
    }
  },
)

t.test('a crash while a zone is brought back leaves it whole, one way or the other', async (t) => {
  for (let crash = 0; crash < CRASHES; crash++) {
    const folder = t.testdir()
    await killAfter('restore', folder, randomInt(1, 60))
    const store = LmdbStore.open(folder, new FakeClock())
    const view = viewOf(store, 'x.')
    const lines = zoneLines(view).slice(2)
    const states = [0, 1].map((state) => stateOf(state).map(lineOf).sort().join('\n'))
    const state = states.indexOf([...lines].sort().join('\n'))
    t.not(state, -1, 'it is one of both')
    t.equal(state, serialIn(view) % 2, 'the one of its serial')
    const file = store.appliedFile(view)
    t.strictSame(file && zoneLines(file).slice(2), lines, 'and so is the file that is remembered')
    t.equal(Array.from(store.journal(view)).length, serialIn(view) - 10)
    await store.close()
  }
})
