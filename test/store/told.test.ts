/** Which hosts were told of, in every store: known after a restart. */
import t from 'tap'
import type { Databases } from '../../src/store/databases.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { writeTold } from '../../src/store/lmdb-told.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'

const HOME = 'home.dyn.example'
const LONG = `${'x'.repeat(63)}.`.repeat(3) + 'y'.repeat(61)

for (const [title, open] of [
  ['memory', () => new MemoryStore(new FakeClock())],
  ['LMDB', (folder: string) => LmdbStore.open(folder, new FakeClock())],
] as const) {
  t.test(`${title} keeps when a host was told of, until it is taken away`, async (t) => {
    const store = open(t.testdir())
    const told = new Map([
      [HOME, 1_700_000_000_000],
      [LONG, 1],
    ])
    store.putTold(told)
    t.strictSame(store.told(), told)
    store.putTold(new Map([[LONG, undefined]]))
    t.strictSame([...store.told()], [[HOME, 1_700_000_000_000]])
    await store.close()
  })
}

t.test('it is known after a restart', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, new FakeClock())
  store.putTold(new Map([[HOME, 5]]))
  await store.close()
  const again = LmdbStore.open(folder, new FakeClock())
  t.strictSame([...again.told()], [[HOME, 5]])
  await again.close()
})

t.test('what cannot be put on disk is said', async (t) => {
  const write = () => {
    throw new Error('No space left on device')
  }
  // Nothing else of it is used before it fails.
  const databases = { write } as unknown as Databases
  t.throws(() => {
    writeTold(databases, new Map())
  }, StoreError)
})
