/** Users in every store: there after a restart, and gone when they were taken away. */
import t from 'tap'
import type { Databases } from '../../src/store/databases.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { writeUsers } from '../../src/store/lmdb-users.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { UserRecord } from '../../src/zone/user-store.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'

const record = (name: string): UserRecord => ({
  name,
  role: 'owner',
  hosts: ['h.dyn.example.'],
  below: false,
  password: { cost: 2, salt: 'c2FsdA==', hash: 'aGFzaA==' },
  created: 1,
})

for (const [title, open] of [
  ['memory', () => new MemoryStore(new FakeClock())],
  ['LMDB', (folder: string) => LmdbStore.open(folder, new FakeClock())],
] as const) {
  t.test(`${title} keeps users until they are taken away`, async (t) => {
    const store = open(t.testdir())
    const [anna, bert] = [record('anna'), record('bert')]
    store.putUsers(
      new Map([
        ['anna', anna],
        ['bert', bert],
      ]),
    )
    t.strictSame(store.users(), [anna, bert])
    store.putUsers(new Map([['anna', undefined]]))
    t.strictSame(store.users(), [bert])
    await store.close()
  })
}

t.test('they are there after a restart', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, new FakeClock())
  store.putUsers(new Map([['anna', record('anna')]]))
  await store.close()
  const again = LmdbStore.openForReading(folder, new FakeClock())
  t.strictSame(again.users(), [record('anna')])
  await again.close()
})

t.test('what cannot be put on disk is said', async (t) => {
  const write = () => {
    throw new Error('No space left on device')
  }
  // Nothing else of it is used before it fails.
  const databases = { write } as unknown as Databases
  t.throws(() => {
    writeUsers(databases, new Map())
  }, StoreError)
})
