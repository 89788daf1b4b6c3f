/** What every store has to do when its journals are bounded: the oldest entries go, nothing else. */
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { serialOf } from '../../src/zone/serial.ts'
import type { JournalBound, ZoneStore, ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import {
  a,
  change,
  named,
  nodeOf,
  publish,
  put,
  remove,
  serialIn,
  txt,
  zoneLines,
} from '../support/records.ts'
import { opened, type Battery } from './battery.ts'

const START = 1_700_000_000_000
const NO_BOUND: JournalBound = { sinceMilliseconds: 0, octets: Infinity }

/** Adds one name a second; the first change is at `START`. */
const addEachSecond = async (
  store: ZoneStore,
  view: ZoneView,
  clock: FakeClock,
  count: number,
): Promise<void> => {
  for (let n = 0; n < count; n++) {
    await change(store, view, (draft) => {
      put(draft, a(`n${serialIn(draft)}.example.`, '192.0.2.1'))
    })
    clock.advanceSeconds(1)
  }
}

const trim = (store: ZoneStore, view: ZoneView, bound: Partial<JournalBound>): void => {
  while (store.trimJournal(view, { ...NO_BOUND, ...bound }));
}

const serials = (store: ZoneStore, view: ZoneView): number[] =>
  Array.from(store.journal(view), ({ changeset }) => changeset.serialAfter)

const applied = (store: ZoneStore, view: ZoneView): string[] => {
  const file = store.appliedFile(view)
  return file === undefined ? [] : zoneLines(file)
}

export const trimmingTests: Battery = {
  'entries that are older than the bound go, and the zone stays as it is': async (t, make) => {
    const clock = new FakeClock()
    const store = opened(t, make, clock)
    const view = publish(store, 'example.')
    const other = publish(store, 'other.')
    await addEachSecond(store, view, clock, 9)
    await change(store, other, (draft) => {
      put(draft, a('x.other.', '192.0.2.1'))
    })
    const before = zoneLines(view)
    trim(store, view, {})
    t.same(serials(store, view), [11, 12, 13, 14, 15, 16, 17, 18, 19], 'all are within no bound')
    trim(store, view, { sinceMilliseconds: START + 4000 })
    t.same(serials(store, view), [15, 16, 17, 18, 19])
    t.same(zoneLines(view), before)
    t.same(serials(store, other), [11], 'another zone has a bound of its own')
    t.notOk(store.reaches(view, serialOf(13)))
    t.ok(store.reaches(view, serialOf(14)))
    t.same(
      Array.from(store.journal(view, { after: serialOf(17) }), (e) => e.changeset.serialAfter),
      [18, 19],
    )
  },

  'as many go as bring the rest below the bound in octets': async (t, make) => {
    const clock = new FakeClock()
    const store = opened(t, make, clock)
    const view = publish(store, 'example.')
    await addEachSecond(store, view, clock, 3)
    await change(store, view, (draft) => {
      put(draft, txt('large.example.', 'x'.repeat(255)))
    })
    await addEachSecond(store, view, clock, 3)
    trim(store, view, { octets: 1000 })
    const left = serials(store, view)
    t.ok(left.length > 0 && left.length < 7, `${left.length} are left`)
    t.equal(left.at(-1), 17)
    trim(store, view, { octets: 1000 })
    t.same(serials(store, view), left, 'and no more go a second time')
    await addEachSecond(store, view, clock, 5)
    trim(store, view, { octets: 1000 })
    t.equal(serials(store, view).at(-1), 22, 'what came since is counted')
    t.ok(serials(store, view).length <= left.length + 4)
  },

  'the journal may become empty, and goes on where it was': async (t, make) => {
    const clock = new FakeClock()
    const store = opened(t, make, clock)
    const view = publish(store, 'example.')
    await addEachSecond(store, view, clock, 3)
    const before = zoneLines(view)
    trim(store, view, { octets: 0 })
    t.same(serials(store, view), [])
    t.same(zoneLines(view), before)
    t.ok(store.reaches(view, serialOf(13)), 'the serial of today')
    t.notOk(store.reaches(view, serialOf(12)))
    await addEachSecond(store, view, clock, 2)
    t.same(serials(store, view), [14, 15])
    t.ok(store.reaches(view, serialOf(13)))
  },

  'a journal of many steps is trimmed step by step, while changes go on': async (t, make) => {
    const clock = new FakeClock()
    const store = opened(t, make, clock)
    const view = publish(store, 'example.')
    const add = (n: number): Promise<unknown> =>
      change(store, view, (draft) => {
        put(draft, a(`n${n}.example.`, '192.0.2.1'))
      })
    await Promise.all(Array.from({ length: 1000 }, (_, n) => add(n)))
    clock.advanceSeconds(10)
    const bound = { ...NO_BOUND, sinceMilliseconds: clock.nowMilliseconds() }
    let added = 1000
    while (store.trimJournal(view, bound)) await add(added++)
    t.same(
      serials(store, view),
      Array.from({ length: added - 1000 }, (_, n) => 1011 + n),
    )
    t.equal(store.journalSince(view), START, 'the time of the last that went')
  },

  'from when on the journal is whole: the load, or the last change that went': async (t, make) => {
    const clock = new FakeClock()
    const store = opened(t, make, clock)
    const view = publish(store, 'example.')
    t.equal(store.journalSince(view), START)
    clock.advanceSeconds(100)
    await addEachSecond(store, view, clock, 5)
    t.equal(store.journalSince(view), START, 'the zone was the same until the first change')
    trim(store, view, { sinceMilliseconds: START + 102_000 })
    t.same(serials(store, view), [13, 14, 15])
    t.equal(store.journalSince(view), START + 101_000)
    trim(store, view, { octets: 0 })
    t.equal(store.journalSince(view), START + 104_000)
  },

  'a journal is read up to a serial, from either end': async (t, make) => {
    const clock = new FakeClock()
    const store = opened(t, make, clock)
    const view = publish(store, 'example.')
    publish(store, 'f.')
    await addEachSecond(store, view, clock, 6)
    const read = (after: number | undefined, upTo: number): number[][] =>
      [false, true].map((newestFirst) =>
        Array.from(
          store.journal(view, {
            ...(after === undefined ? {} : { after: serialOf(after) }),
            upTo: serialOf(upTo),
            newestFirst,
          }),
          ({ changeset }) => changeset.serialAfter,
        ),
      )
    t.same(read(undefined, 13), [
      [11, 12, 13],
      [13, 12, 11],
    ])
    t.same(read(12, 15), [
      [13, 14, 15],
      [15, 14, 13],
    ])
    t.same(read(15, 16), [[16], [16]])
    for (const [after, upTo] of [
      [undefined, 10],
      [undefined, 17],
      [12, 12],
      [14, 12],
      [16, 16],
    ] as const) {
      t.same(read(after, upTo), [[], []], `after ${after} up to ${upTo}`)
    }
  },

  'changes that wait are known to wait': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    t.notOk(store.isBusy)
    const waiting = change(store, view, () => undefined)
    t.ok(store.isBusy)
    await waiting
    t.notOk(store.isBusy)
  },

  'a change is told what was decided before it and is not in the journal yet': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    const decide = (owner: string): Promise<unknown> =>
      store
        .commit(view, { principal: 'x', source: '', transport: 'cli' }, (draft, earlier) => {
          put(draft, a(owner, '192.0.2.1'))
          const known = [...store.journal(view), ...earlier]
          return { keep: true, grants: [], result: known.map((e) => e.changeset.serialAfter) }
        })
        .then(({ result }) => result)
    t.same(await Promise.all(['a.example.', 'b.example.', 'c.example.'].map(decide)), [
      [],
      [11],
      [11, 12],
    ])
    t.same(await decide('d.example.'), [11, 12, 13])
  },

  'the zone file that was applied last is remembered beside the zone': async (t, make) => {
    const store = opened(t, make)
    t.equal(store.appliedFile(publish(store, 'none.')), undefined)
    const records = [a('www.example.', '192.0.2.1'), a('old.example.', '192.0.2.2')]
    const view = publish(store, 'example.', records, 10, 'file')
    const loaded = zoneLines(view)
    await change(store, view, (draft) => {
      remove(draft, 'old.example.')
      put(draft, a('dyn.example.', '192.0.2.9'))
    })
    t.same(applied(store, view), loaded, 'without what clients changed')
    const { changeset } = await change(store, view, () => undefined, {
      applied: new Map([
        [nameKeyOf(named('old.example.')), undefined],
        [nameKeyOf(named('new.example.')), nodeOf(a('new.example.', '192.0.2.3'))],
      ]),
    })
    t.equal(changeset, undefined, 'the zone has not changed')
    const expected = [...loaded.slice(0, 2), 'new.example. 3600 1 c0000203', ...loaded.slice(3)]
    t.same(applied(store, view), expected)
    const dropped = { keep: false, applied: new Map([[view.apexKey, undefined]]) }
    await change(store, view, () => undefined, dropped)
    t.same(applied(store, view), expected, 'what is dropped is dropped with all of it')
    const anew = publish(store, 'example.')
    t.equal(store.appliedFile(anew), undefined, 'it goes with the zone')
    await change(store, anew, () => undefined, {
      applied: new Map([[anew.apexKey, anew.get(anew.apexKey)]]),
    })
    t.same(applied(store, anew), zoneLines(anew), 'and may come later')
  },
}
