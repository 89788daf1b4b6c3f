/** What every store has to remember of each change, and how it ends. */
import type { Author } from '../../src/zone/changeset.ts'
import { StoreError, type JournalEntry } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { a, change, lineOf, ownersOf, publish, put, remove, soa } from '../support/records.ts'
import { opened, type Battery } from './battery.ts'

const numbersOf = ({ changeset }: JournalEntry): [number, number] => [
  changeset.serialBefore,
  changeset.serialAfter,
]

export const historyTests: Battery = {
  'the journal has who changed what, when, and what allowed it, in order': async (t, make) => {
    const clock = new FakeClock()
    const store = opened(t, make, clock)
    const view = publish(store, 'example.')
    const authors: Author[] = [
      { principal: 'key:first.', source: '192.0.2.1#1', transport: 'udp' },
      {
        principal: 'key:zwei\u00df \u{1f511}"\\.',
        source: '[2001:db8::1]#65535',
        transport: 'tcp',
      },
      { principal: 'operator', source: '', transport: 'cli' },
    ]
    const grants = [['first. zonesub ANY'], [], ['one', 'two\n']]
    for (const [i, author] of authors.entries()) {
      await store.commit(view, author, (draft) => {
        put(draft, a(`n${i}.example.`, '192.0.2.1'))
        return { keep: true, grants: grants[i] ?? [], result: undefined }
      })
      clock.milliseconds += 1001
    }
    const entries = Array.from(store.journal(view))
    t.same(
      entries.map((entry) => entry.author),
      authors,
    )
    t.same(
      entries.map((entry) => entry.grants),
      grants,
    )
    t.same(
      entries.map((entry) => entry.timeMilliseconds),
      [1_700_000_000_000, 1_700_000_001_001, 1_700_000_002_002],
    )
    t.same(entries.map(numbersOf), [
      [10, 11],
      [11, 12],
      [12, 13],
    ])
    t.same(entries[2]?.changeset.removed.map(lineOf), [soa('example.', 12)].map(lineOf))
    t.same(
      entries[2]?.changeset.added.map(lineOf),
      [soa('example.', 13), a('n2.example.', '192.0.2.1')].map(lineOf),
    )
  },

  'changes that shared a transaction are entries of their own': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    await Promise.all([
      change(store, view, (draft) => {
        put(draft, a('tmp.example.', '192.0.2.1'))
      }),
      change(store, view, (draft) => {
        remove(draft, 'tmp.example.')
      }),
      change(store, view, () => undefined, { keep: false }),
    ])
    t.same(ownersOf(view), ['example.'], 'nothing is left of a name that came and went')
    const entries = Array.from(store.journal(view))
    t.same(entries.map(numbersOf), [
      [10, 11],
      [11, 12],
    ])
    const tmp = lineOf(a('tmp.example.', '192.0.2.1'))
    t.same(
      entries.map(({ changeset }) => changeset.added.map(lineOf).includes(tmp)),
      [true, false],
    )
    t.same(
      entries.map(({ changeset }) => changeset.removed.map(lineOf).includes(tmp)),
      [false, true],
    )
  },

  'every entry of an iteration is of the version in which it began': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    const next = (number: number): Promise<unknown> =>
      change(store, view, (draft) => {
        put(draft, a(`n${number}.example.`, '192.0.2.1'))
      })
    for (let i = 0; i < 3; i++) await next(i)
    const seen: number[] = []
    for (const { changeset } of store.journal(view)) {
      seen.push(changeset.serialAfter)
      await next(10 + seen.length)
    }
    t.same(seen, [11, 12, 13])
    t.equal(Array.from(store.journal(view)).length, 6)
  },

  'what waits when the store is closed is committed, what comes later is not': async (t, make) => {
    const store = make(t, new FakeClock())
    const view = publish(store, 'example.')
    const waiting = [1, 2, 3].map((number) =>
      change(store, view, (draft) => {
        put(draft, a(`n${number}.example.`, '192.0.2.1'))
      }),
    )
    const closing = store.close()
    let decided = false
    await t.rejects(
      change(store, view, () => {
        decided = true
      }),
      StoreError,
    )
    const outcomes = await Promise.all(waiting)
    t.same(
      outcomes.map(({ changeset }) => changeset?.serialAfter),
      [11, 12, 13],
    )
    await closing
    await t.rejects(
      change(store, view, () => undefined),
      { name: 'StoreError', message: /closed/ },
    )
    t.notOk(decided)
  },

  'a store may be closed twice': async (t, make) => {
    const store = make(t, new FakeClock())
    await store.close()
    await t.resolves(store.close())
  },
}
