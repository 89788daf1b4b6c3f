/** Tokens in LMDB: there after a restart, and none in a store of an older version. */
import { open } from 'lmdb'
import t from 'tap'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { writeTokens } from '../../src/store/lmdb-tokens.ts'
import type { Databases } from '../../src/store/databases.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'

const record = (digest: string) => ({
  digest,
  name: 'home',
  hosts: ['h.dyn.example.'],
  below: false,
  types: ['A'],
  from: [],
  created: 1,
})

t.test('tokens are there after a restart, and gone when they were taken away', async (t) => {
  const folder = t.testdir()
  const [one, two] = [record('11'.repeat(32)), record('22'.repeat(32))]
  const store = LmdbStore.open(folder, new FakeClock())
  store.putTokens(
    new Map([
      [one.digest, one],
      [two.digest, two],
    ]),
  )
  await store.close()
  const again = LmdbStore.open(folder, new FakeClock())
  t.strictSame(again.tokens(), [one, two])
  again.putTokens(new Map([[one.digest, undefined]]))
  t.strictSame(again.tokens(), [two])
  await again.close()
})

t.test('a store that an older version wrote has none, when it is read only', async (t) => {
  const folder = t.testdir()
  await LmdbStore.open(folder, new FakeClock()).close()
  const root = open({ path: folder, noSubdir: false, maxDbs: 8 })
  const tokens = root.openDB({ name: 'tokens', encoding: 'binary', keyEncoding: 'binary' })
  await tokens.drop()
  await root.close()
  const store = LmdbStore.openForReading(folder, new FakeClock())
  t.strictSame(store.tokens(), [])
  await store.close()
})

t.test('what cannot be put on disk is said', async (t) => {
  const root = {
    transactionSync: () => {
      throw new Error('No space left on device')
    },
  }
  // Nothing else of it is used before it fails.
  const databases = { root } as unknown as Databases
  t.throws(() => {
    writeTokens(databases, new Map())
  }, StoreError)
})
