/** The last uses of secrets in every store, and that they outlive the process. */
import t from 'tap'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'

const USE = { timeMilliseconds: 1_700_000_000_123, source: '2001:db8::1' }

for (const [title, open] of [
  ['memory', () => new MemoryStore(new FakeClock())],
  ['LMDB', (folder: string) => LmdbStore.open(folder, new FakeClock())],
] as const) {
  t.test(`${title} keeps the last use of each secret, until it is taken away`, async (t) => {
    const store = open(t.testdir())
    t.strictSame(store.keyUses(), new Map())
    const [a, b] = ['\xff\x00\x01k\x00', '\x00\xff\x01k\x00']
    store.putKeyUses(new Map([[a, { ...USE, source: '192.0.2.1' }]]))
    store.putKeyUses(
      new Map([
        [a, USE],
        [b, USE],
      ]),
    )
    t.strictSame(new Set(store.keyUses().keys()), new Set([a, b]))
    t.strictSame(store.keyUses().get(a), USE)
    store.putKeyUses(new Map([[a, undefined]]))
    t.strictSame(store.keyUses(), new Map([[b, USE]]))
    await store.close()
  })
}

t.test('they are there after a restart, and for those who only read', async (t) => {
  const folder = t.testdir()
  const first = LmdbStore.open(folder, new FakeClock())
  first.putKeyUses(new Map([['ab', USE]]))
  await first.close()
  const reader = LmdbStore.openForReading(folder, new FakeClock())
  t.strictSame(reader.keyUses(), new Map([['ab', USE]]))
  t.throws(() => {
    reader.putKeyUses(new Map([['ab', USE]]))
  }, StoreError)
  await reader.close()
})
