/** The store in LMDB keeps the contract of every store and, on disk, what it was given. */
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openDatabases } from '../../src/store/databases.ts'
import { encodeU32, metaKey } from '../../src/store/layout.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { storeBattery } from '../battery/store-battery.ts'
import { FakeClock } from '../support/clock.ts'
import {
  a,
  change,
  named,
  ownersOf,
  publish,
  put,
  remove,
  serialIn,
  shownName,
  viewOf,
  zoneLines,
} from '../support/records.ts'

t.test('the contract of every store', async (t) => {
  storeBattery(t, (t, clock) => LmdbStore.open(t.testdir(), clock))
})

const clock = new FakeClock()

/** Sets the layout version of the store in the folder. */
const setLayout = async (folder: string, version: number): Promise<void> => {
  const { root, meta } = openDatabases(folder, false)
  meta.putSync(metaKey.layout, encodeU32(version))
  await root.close()
}

const add = (store: LmdbStore, owner: string): Promise<unknown> =>
  change(store, viewOf(store, 'x.'), (draft) => {
    put(draft, a(owner, '192.0.2.1'))
  })

t.test("a folder that is made for the store is its owner's alone", async (t) => {
  const folder = join(t.testdir(), 'not', 'yet')
  await LmdbStore.open(folder, clock).close()
  t.equal(statSync(folder).mode & 0o077, 0)
})

t.test('RFC 2136 §3.5 what was committed is there when the store is opened again', async (t) => {
  const folder = t.testdir()
  const first = LmdbStore.open(folder, clock)
  publish(first, 'X.', [a('old.x.', '192.0.2.9')])
  publish(first, 'y.')
  await Promise.all([
    add(first, 'a.x.'),
    add(first, 'b.x.'),
    change(first, viewOf(first, 'x.'), (draft) => {
      remove(draft, 'old.x.')
    }),
  ])
  const lines = zoneLines(viewOf(first, 'x.'))
  const journal = Array.from(first.journal(viewOf(first, 'x.')))
  await first.close()

  const second = LmdbStore.open(folder, clock)
  t.same(second.apexes().map(shownName), ['X.', 'y.'])
  t.same(zoneLines(viewOf(second, 'x.')), lines)
  t.same(Array.from(second.journal(viewOf(second, 'x.'))), journal)
  await add(second, 'c.x.')
  t.same(
    Array.from(second.journal(viewOf(second, 'x.')), ({ changeset }) => changeset.serialAfter),
    [11, 12, 13, 14],
    'the journal goes on where it was',
  )
  await second.close()
})

t.test('the folder of a store is made, with those above it', async (t) => {
  const folder = `${t.testdir()}/var/lib/data`
  const store = LmdbStore.open(folder, clock)
  publish(store, 'x.')
  await store.close()
  const again = LmdbStore.open(folder, clock)
  t.same(again.apexes().map(shownName), ['x.'])
  await again.close()
})

/** A time that breaks the writing of every entry: no entry can hold one before 1970. */
const BROKEN_MILLISECONDS = -1

t.test('RFC 2136 §3.7 a transaction that fails half-way leaves nothing', async (t) => {
  const folder = t.testdir()
  const broken = new FakeClock()
  const store = LmdbStore.open(folder, broken)
  const [x, y] = [publish(store, 'x.'), publish(store, 'y.', [a('www.y.', '192.0.2.1')])]
  const before = [...zoneLines(x), ...zoneLines(y)]
  broken.milliseconds = BROKEN_MILLISECONDS
  const settled = await Promise.allSettled([
    add(store, 'a.x.'),
    change(store, y, (draft) => {
      remove(draft, 'www.y.')
    }),
    change(store, x, () => undefined),
  ])
  for (const outcome of settled) {
    t.ok(outcome.status === 'rejected' && outcome.reason instanceof StoreError)
    t.match(outcome, { reason: { cause: RangeError } })
  }
  t.same([...zoneLines(x), ...zoneLines(y)], before)
  t.same([...store.journal(x), ...store.journal(y)], [])
  broken.milliseconds = 1_700_000_000_000
  await add(store, 'b.x.')
  t.same(ownersOf(x), ['x.', 'b.x.'], 'and the store goes on')
  t.equal(serialIn(x), 11)
  await store.close()
  const again = LmdbStore.open(folder, clock)
  t.same(ownersOf(viewOf(again, 'x.')), ['x.', 'b.x.'])
  t.equal(Array.from(again.journal(viewOf(again, 'x.'))).length, 1)
  await again.close()
})

t.test('a layout of another version is refused, and nothing is changed', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, clock)
  publish(store, 'x.')
  await store.close()
  for (const version of [0, 2, 0xffff_ffff]) {
    await setLayout(folder, version)
    for (const open of ['open', 'openForReading'] as const) {
      let thrown: unknown
      try {
        LmdbStore[open](folder, clock)
      } catch (error) {
        thrown = error
      }
      t.ok(thrown instanceof StoreError, `${open} of version ${version}`)
      t.match(thrown, { message: `${folder} was written by another version of livezone` })
      t.match(thrown, { message: `(layout ${version}, this one knows 1)` })
    }
  }
  await setLayout(folder, 1)
  const again = LmdbStore.open(folder, clock)
  t.same(again.apexes().map(shownName), ['x.'])
  await again.close()
})

const readable = async (t: Test): Promise<LmdbStore> => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, clock)
  publish(store, 'x.')
  await add(store, 'a.x.')
  await store.close()
  const reader = LmdbStore.openForReading(folder, clock)
  t.teardown(() => reader.close())
  return reader
}

t.test('a store that is open for reading shows zones and journal', async (t) => {
  const reader = await readable(t)
  t.same(reader.apexes().map(shownName), ['x.'])
  t.same(ownersOf(viewOf(reader, 'x.')), ['x.', 'a.x.'])
  t.equal(Array.from(reader.journal(viewOf(reader, 'x.'))).length, 1)
})

t.test('a store that is open for reading takes no changes', async (t) => {
  const reader = await readable(t)
  await t.rejects(add(reader, 'b.x.'), StoreError)
  t.throws(() => reader.load(named('y.')))
  t.same(ownersOf(viewOf(reader, 'x.')), ['x.', 'a.x.'])
})

t.test('there is nothing to read where no store is, and none is made', async (t) => {
  const folder = t.testdir()
  for (const missing of [folder, `${folder}/nothing`]) {
    let thrown: unknown
    try {
      LmdbStore.openForReading(missing, clock)
    } catch (error) {
      thrown = error
    }
    t.ok(thrown instanceof StoreError)
    t.match(thrown, { message: `there is no store in ${missing}` })
  }
  t.same(readdirSync(folder), [])
})

t.test('a file that is not LMDB is refused before LMDB looks at it', async (t) => {
  const folder = t.testdir()
  for (const octets of [Buffer.alloc(8192, 0x5a), Buffer.from('short')]) {
    writeFileSync(join(folder, 'data.mdb'), octets)
    for (const open of ['open', 'openForReading'] as const) {
      t.throws(() => LmdbStore[open](folder, clock), { name: 'StoreError', message: /damaged/ })
    }
  }
})

t.test('a file that is empty, as after a full disk, is begun anew', async (t) => {
  const folder = t.testdir({ 'data.mdb': '' })
  const store = LmdbStore.open(folder, clock)
  t.strictSame(store.apexes(), [])
  await store.close()
})

t.test('what LMDB cannot open is a StoreError with the reason', async (t) => {
  const folder = t.testdir({ 'data.mdb': {} })
  t.throws(() => LmdbStore.open(folder, clock), {
    name: 'StoreError',
    message: /cannot be opened: /,
  })
})

t.test('times of a secondary zone that cannot be written stay as they were', async (t) => {
  const folder = t.testdir()
  const apex = named('x.')
  const state = {
    refreshedMilliseconds: 1,
    expiresMilliseconds: 2,
    promotedMilliseconds: undefined,
    isForeign: false,
  }
  const store = LmdbStore.open(folder, clock)
  store.setSecondaryState(apex, state)
  await store.close()
  // Whoever reads may not write, as if the disk said no.
  const reader = LmdbStore.openForReading(folder, clock)
  for (const other of [{ ...state, promotedMilliseconds: 3 }, undefined]) {
    t.throws(() => {
      reader.setSecondaryState(apex, other)
    }, StoreError)
    t.strictSame(reader.secondaryState(apex), state)
  }
  await reader.close()
})
