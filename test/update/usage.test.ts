/** Counts of names and records, kept right by what changes do, flush or no flush. */
import fc from 'fast-check'
import t from 'tap'
import { CommitLoop } from '../../src/store/commit-loop.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { Observers } from '../../src/store/observers.ts'
import { Usage, type Covers } from '../../src/update/usage.ts'
import { isAtOrBelow } from '../../src/wire/name.ts'
import { FakeClock } from '../support/clock.ts'
import { a, change, named, publish, put, remove, txt } from '../support/records.ts'

const everything: Covers = () => true
const below =
  (name: string): Covers =>
  (owner) =>
    isAtOrBelow(owner, named(name))

const PARTS = new Map([
  ['all', everything],
  ['x', below('x.example.')],
])

t.test('a part is counted when it is first watched', async (t) => {
  const store = new MemoryStore(new FakeClock())
  const records = [
    a('x.example.', '192.0.2.1'),
    a('x.example.', '192.0.2.2'),
    txt('y.example.', 'y'),
  ]
  const view = publish(store, 'example.', records)
  const usage = new Usage()
  t.equal(usage.of(view.apex, 'all'), undefined)
  usage.watchOnly(view, PARTS)
  t.match(usage.of(view.apex, 'all'), { names: 3, records: 5 }, 'SOA and NS among them')
  t.match(usage.of(view.apex, 'x'), { names: 1, records: 2 })
  t.equal(usage.of(view.apex, 'y'), undefined)
})

t.test('parts that stay wanted keep their counts, others are forgotten', async (t) => {
  const store = new MemoryStore(new FakeClock())
  const view = publish(store, 'example.')
  const usage = new Usage()
  usage.watchOnly(view, PARTS)
  const kept = usage.of(view.apex, 'x')
  usage.watchOnly(view, new Map([['x', below('x.example.')]]))
  t.equal(usage.of(view.apex, 'x'), kept)
  t.equal(usage.of(view.apex, 'all'), undefined)
  usage.watchOnly(view, new Map())
  t.equal(usage.of(view.apex, 'x'), undefined)
})

t.test('a name that comes and goes in one change counts for nothing', async (t) => {
  const store = new MemoryStore(new FakeClock())
  const usage = new Usage()
  store.observe(usage)
  const view = publish(store, 'example.')
  usage.watchOnly(view, PARTS)
  await change(store, view, (draft) => {
    put(draft, a('gone.example.', '192.0.2.1'))
    remove(draft, 'gone.example.')
    put(draft, a('kept.example.', '192.0.2.1'))
  })
  t.match(usage.of(view.apex, 'all'), { names: 2, records: 3 })
})

t.test('a zone that is replaced is counted anew, and others are left alone', async (t) => {
  const store = new MemoryStore(new FakeClock())
  const usage = new Usage()
  store.observe(usage)
  usage.watchOnly(publish(store, 'example.'), PARTS)
  const other = publish(store, 'other.')
  await change(store, other, (draft) => {
    put(draft, a('x.other.', '192.0.2.1'))
  })
  const view = publish(store, 'example.', [a('x.example.', '192.0.2.1')])
  t.match(usage.of(view.apex, 'all'), { names: 2, records: 3 })
  t.equal(usage.of(other.apex, 'all'), undefined)
})

t.test(
  'whatever changes do, and whatever the disk refuses, the counts are the zone’s',
  async () => {
    const step = fc.record({
      name: fc.constantFrom('a.example.', 'b.x.example.', 'x.example.', 'gone.example.'),
      octet: fc.integer({ min: 1, max: 4 }),
      act: fc.constantFrom('put', 'put', 'remove', 'gone'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.array(step), fc.boolean())), async (groups) => {
        const store = new MemoryStore(new FakeClock())
        publish(store, 'example.')
        const view = store.zone(named('example.'))
        if (view === undefined) throw new Error('it was published')
        const usage = new Usage()
        const observers = new Observers()
        observers.add(usage)
        let isFull = false
        const loop = new CommitLoop<typeof view>(
          ([group]) => {
            if (isFull) throw new Error('No space left on device')
            for (const [key, node] of group?.nodes ?? []) view.set(key, node)
          },
          new FakeClock(),
          observers,
        )
        usage.watchOnly(view, PARTS)
        for (const [steps, full] of groups) {
          isFull = full
          const changes = steps.map(({ name, octet, act }) =>
            change(loop, view, (draft) => {
              if (act !== 'remove') put(draft, a(name, `192.0.2.${octet}`))
              if (act !== 'put') remove(draft, name)
            }),
          )
          await Promise.allSettled(changes)
          const fresh = new Usage()
          fresh.watchOnly(view, PARTS)
          for (const part of ['all', 'x']) {
            const [kept, counted] = [usage.of(view.apex, part), fresh.of(view.apex, part)]
            if (kept?.names !== counted?.names || kept?.records !== counted?.records) {
              throw new Error(`${part}: ${JSON.stringify([kept, counted])}`)
            }
          }
        }
      }),
    )
  },
)
