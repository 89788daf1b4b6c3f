/** Journals in LMDB keep their bounds over restarts, and give back what they took. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openDatabases } from '../../src/store/databases.ts'
import { decodeJournalHead } from '../../src/store/journal-head.ts'
import { journalHeadKey, zoneIdOf } from '../../src/store/layout.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { StoreError, type JournalBound, type ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { a, change, publish, put, remove, txt, viewOf, zoneLines } from '../support/records.ts'

const NO_BOUND: JournalBound = { sinceMilliseconds: 0, octets: Infinity }

const add = async (
  store: LmdbStore,
  view: ZoneView,
  from: number,
  count: number,
): Promise<void> => {
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      change(store, view, (draft) => {
        put(draft, a(`n${from + n}.x.`, '192.0.2.1'))
      }),
    ),
  )
}

const steps = (store: LmdbStore, view: ZoneView, bound: Partial<JournalBound>): number => {
  let count = 1
  while (store.trimJournal(view, { ...NO_BOUND, ...bound })) count++
  return count
}

const serials = (store: LmdbStore, view: ZoneView): number[] =>
  Array.from(store.journal(view), ({ changeset }) => changeset.serialAfter)

t.test(
  'a journal that was trimmed away goes on with the next number after a restart',
  async (t) => {
    const folder = t.testdir()
    const clock = new FakeClock()
    const first = LmdbStore.open(folder, clock)
    const view = publish(first, 'x.')
    await add(first, view, 0, 5)
    steps(first, view, { octets: 0 })
    t.same(serials(first, view), [])
    await first.close()
    const second = LmdbStore.open(folder, clock)
    const again = viewOf(second, 'x.')
    await add(second, again, 5, 2)
    t.same(serials(second, again), [16, 17])
    t.ok(second.reaches(again, serialOf(15)))
    t.equal(second.journalSince(again), clock.nowMilliseconds())
    await second.close()
    const { root, journal } = openDatabases(folder, true)
    t.same(
      Array.from(journal.getKeys({}), (key) => Number(key.readBigUInt64BE(4))),
      [6, 7],
    )
    await root.close()
  },
)

t.test('what a start has to count again is little', async (t) => {
  const folder = t.testdir()
  const clock = new FakeClock()
  const first = LmdbStore.open(folder, clock)
  const view = publish(first, 'x.')
  await add(first, view, 0, 12_000)
  t.equal(steps(first, view, {}), Math.ceil(12_000 / 256) + 1, 'counted in steps')
  await add(first, view, 12_000, 300)
  t.equal(steps(first, view, {}), 1, 'and then on the way')
  await first.close()
  const second = LmdbStore.open(folder, clock)
  t.equal(steps(second, viewOf(second, 'x.'), {}), 3, 'only what came after the count was kept')
  await second.close()
})

t.test('a store that an older version wrote is read and bounded as any other', async (t) => {
  const folder = t.testdir()
  const clock = new FakeClock()
  const first = LmdbStore.open(folder, clock)
  const view = publish(first, 'x.')
  clock.advanceSeconds(60)
  await add(first, view, 0, 600)
  publish(first, 'unchanged.')
  await first.close()
  const { root, meta, applied } = openDatabases(folder, false)
  for (const id of [1, 2].map(zoneIdOf)) meta.removeSync(journalHeadKey(id))
  applied.dropSync()
  await root.close()

  const reader = LmdbStore.openForReading(folder, clock)
  const seen = viewOf(reader, 'x.')
  t.equal(reader.journalSince(seen), clock.nowMilliseconds(), 'from its first entry on')
  t.equal(reader.journalSince(viewOf(reader, 'unchanged.')), undefined)
  t.equal(reader.appliedFile(seen), undefined)
  await reader.close()

  const writer = LmdbStore.open(folder, clock)
  const again = viewOf(writer, 'x.')
  t.notOk(writer.trimJournal(viewOf(writer, 'unchanged.'), { ...NO_BOUND, octets: 0 }))
  clock.advanceSeconds(60)
  await add(writer, again, 600, 1)
  steps(writer, again, { sinceMilliseconds: clock.nowMilliseconds() })
  t.same(serials(writer, again), [611])
  await writer.close()
})

t.test('a trim that the disk refuses leaves the journal as it was', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, new FakeClock())
  await add(store, publish(store, 'x.'), 0, 5)
  await store.close()
  const reader = LmdbStore.openForReading(folder, new FakeClock())
  const view = viewOf(reader, 'x.')
  t.throws(() => steps(reader, view, { octets: 0 }), StoreError)
  t.same(serials(reader, view), [11, 12, 13, 14, 15])
  await reader.close()
})

t.test('pages of what was trimmed are used again: the file stays small', async (t) => {
  const folder = t.testdir()
  const clock = new FakeClock()
  const store = LmdbStore.open(folder, clock)
  const view = publish(store, 'x.')
  const size = (): number => statSync(join(folder, 'data.mdb')).size
  const round = async (): Promise<void> => {
    for (let burst = 0; burst < 10; burst++) {
      await add(store, view, 0, 200)
      await Promise.all(
        Array.from({ length: 200 }, (_, n) =>
          change(store, view, (draft) => {
            remove(draft, `n${n}.x.`)
          }),
        ),
      )
      steps(store, view, { octets: 100_000 })
    }
  }
  await round()
  await round()
  const settled = size()
  for (let n = 0; n < 5; n++) await round()
  t.ok(size() <= settled * 1.2, `${settled} octets, later ${size()}`)
  const octets = Array.from(store.journal(view)).length
  t.ok(octets < 1000, `${octets} entries`)
  t.equal(zoneLines(view).length, 2)
  await store.close()
})

t.test('how much is left of a journal is kept to the octet', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, new FakeClock())
  const view = publish(store, 'x.')
  await add(store, view, 0, 700)
  steps(store, view, { octets: 50_000 })
  await store.close()
  const { root, meta, journal } = openDatabases(folder, true)
  const stored = meta.get(journalHeadKey(zoneIdOf(1)))
  if (stored === undefined) throw new Error('no head')
  const { counted, octets } = decodeJournalHead(stored)
  const sum = Array.from(journal.getRange({})).reduce((all, { value }) => all + value.length, 0)
  t.equal(counted, 700)
  t.equal(octets, sum)
  t.ok(sum <= 50_000 && sum > 49_000, `${sum} octets are left`)
  await root.close()
})

t.test('a step is bounded in octets, too', async (t) => {
  const store = LmdbStore.open(t.testdir(), new FakeClock())
  const view = publish(store, 'x.')
  for (let n = 0; n < 16; n++) {
    await change(store, view, (draft) => {
      for (let i = 0; i < 200; i++) put(draft, txt(`n${n}.x.`, `${i}`.padEnd(255, 'x')))
    })
  }
  const entries = Array.from(store.journal(view)).length
  t.equal(entries, 16, 'each of 53 kB')
  t.equal(steps(store, view, {}), 5, 'five at most are counted in a step')
  t.ok(steps(store, view, { octets: 0 }) >= 4, 'and four at most are trimmed')
  t.same(serials(store, view), [])
  await store.close()
})
