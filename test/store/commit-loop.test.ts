/** Group commit: what shares a transaction, in which order, and what a failing disk does to it. */
import t from 'tap'
import { CommitLoop, type Persist, type ZoneGroup } from '../../src/store/commit-loop.ts'
import { Observers } from '../../src/store/observers.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { StoreError, type ZoneView } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import {
  a,
  AUTHOR,
  change,
  named,
  nodeLines,
  publish,
  put,
  remove,
  serialAfterOf,
  serialIn,
} from '../support/records.ts'

interface Written {
  readonly apex: Uint8Array
  readonly nodes: [string, string[] | undefined][]
  readonly serials: number[]
}

const written = ({ zone, nodes, entries }: ZoneGroup<ZoneView>): Written => ({
  apex: zone.apex,
  nodes: [...nodes].map(([key, node]) => [key, node && nodeLines(node)]),
  serials: entries.map(({ changeset }) => changeset.serialAfter),
})

/** A loop over zones in memory that nothing is ever written to; `calls` has what should have been. */
class Bench {
  readonly store = new MemoryStore(new FakeClock())
  readonly view = publish(this.store, 'x.')
  readonly calls: Written[][] = []
  readonly loop: CommitLoop<ZoneView>
  readonly observers = new Observers()
  /** What the disk says to the next groups. */
  failure: Error | undefined

  constructor() {
    const persist: Persist<ZoneView> = (groups) => {
      this.calls.push(groups.map(written))
      if (this.failure !== undefined) throw this.failure
    }
    this.loop = new CommitLoop(persist, new FakeClock(), this.observers)
  }

  add(owner: string, result = owner): Promise<string> {
    return change(
      this.loop,
      this.view,
      (draft) => {
        put(draft, a(owner, '192.0.2.1'))
      },
      { result },
    ).then((outcome) => outcome.result)
  }

  get serials(): number[][] {
    return this.calls.map((groups) => groups.flatMap(({ serials }) => serials))
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

t.test('changes that arrive together are put on disk together, in order', async (t) => {
  const bench = new Bench()
  const owners = ['a.x.', 'b.x.', 'c.x.']
  const results = await Promise.all(owners.map((owner) => bench.add(owner)))
  t.same(results, owners)
  t.same(bench.serials, [[11, 12, 13]])
  const keys = bench.calls[0]?.[0]?.nodes.map(([key]) => key).sort()
  t.same(
    keys,
    ['x.', ...owners].map((owner) => nameKeyOf(named(owner))),
    'the apex once',
  )
})

t.test('no promise is settled before the disk has the change', async (t) => {
  const order: string[] = []
  const view = new Bench().view
  const loop = new CommitLoop<ZoneView>(
    () => {
      order.push('on disk')
    },
    new FakeClock(),
    new Observers(),
  )
  const settled = ['first', 'second'].map((title) =>
    change(loop, view, (draft) => {
      order.push(`${title} decided`)
      put(draft, a(`${title}.x.`, '192.0.2.1'))
    }).then(() => order.push(`${title} settled`)),
  )
  order.push('handed over')
  await Promise.all(settled)
  t.same(order, [
    'handed over',
    'first decided',
    'second decided',
    'on disk',
    'first settled',
    'second settled',
  ])
})

t.test('a group waits for what the next turns of the event loop bring', async (t) => {
  const bench = new Bench()
  const promises = []
  for (let turn = 0; turn < 10; turn++) {
    promises.push(bench.add(`n${turn}.x.`))
    await nextTurn()
  }
  t.same(bench.calls, [], 'as long as each turn brings more')
  await Promise.all(promises)
  t.same(
    bench.serials.map((group) => group.length),
    [10],
  )
})

t.test('a group does not wait when a turn brings nothing', async (t) => {
  const bench = new Bench()
  const promise = bench.add('a.x.')
  for (let turn = 0; turn < 4; turn++) await nextTurn()
  t.same(bench.serials, [[11]])
  t.equal(await promise, 'a.x.')
})

t.test('a group that is large enough waits for no more', async (t) => {
  const bench = new Bench()
  const promises = Array.from({ length: 512 }, (_, index) => bench.add(`n${index}.x.`))
  await nextTurn()
  promises.push(bench.add('later.x.'))
  await nextTurn()
  t.equal(bench.serials[0]?.length, 512)
  await Promise.all(promises)
  t.same(
    bench.serials.map((group) => group.length),
    [512, 1],
  )
})

t.test('a group does not wait for ever', async (t) => {
  const bench = new Bench()
  const promises = []
  for (let turn = 0; turn < 200; turn++) {
    promises.push(bench.add(`n${turn}.x.`))
    await nextTurn()
  }
  t.ok(bench.calls.length >= 2, 'although every turn brought more')
  await Promise.all(promises)
  const sizes = bench.serials.map((group) => group.length)
  t.ok(Math.max(...sizes) < 80, `groups of ${sizes.join(', ')}`)
  t.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    200,
    'and each change is in one group',
  )
})

t.test('what arrives after a group is decided is the next group', async (t) => {
  const bench = new Bench()
  let second: Promise<string> | undefined
  const first = change(bench.loop, bench.view, (draft) => {
    put(draft, a('first.x.', '192.0.2.1'))
    second = bench.add('second.x.')
  })
  await first
  t.equal(bench.calls.length, 1)
  t.equal(await second, 'second.x.')
  t.equal(bench.calls.length, 2)
})

t.test('a group without a change asks nothing of the disk', async (t) => {
  const bench = new Bench()
  const refused = change(
    bench.loop,
    bench.view,
    (draft) => {
      put(draft, a('no.x.', '192.0.2.1'))
    },
    { keep: false, result: 'refused' },
  )
  const nothing = change(bench.loop, bench.view, () => undefined)
  t.match(await refused, { result: 'refused', changeset: undefined })
  t.match(await nothing, { result: 'done', changeset: undefined })
  t.same(bench.calls, [])
})

t.test('a refused change in a group leaves no trace in it', async (t) => {
  const bench = new Bench()
  await Promise.all([
    bench.add('one.x.'),
    change(
      bench.loop,
      bench.view,
      (draft) => {
        remove(draft, 'one.x.')
        put(draft, a('two.x.', '192.0.2.1'))
      },
      { keep: false },
    ),
    bench.add('three.x.'),
  ])
  t.same(bench.serials, [[11, 12]])
  const nodes = new Map(bench.calls[0]?.[0]?.nodes)
  t.same(nodes.get(nameKeyOf(named('one.x.'))), ['one.x. 3600 1 c0000201'])
  t.notOk(nodes.has(nameKeyOf(named('two.x.'))))
  t.equal(nodes.size, 3)
})

t.test('the disk is told of each zone that changed, and of no other', async (t) => {
  const bench = new Bench()
  const other = publish(bench.store, 'y.')
  const idle = publish(bench.store, 'z.')
  await Promise.all([
    bench.add('a.x.'),
    change(bench.loop, other, (draft) => {
      put(draft, a('a.y.', '192.0.2.1'))
    }),
    change(bench.loop, idle, () => undefined),
    bench.add('b.x.'),
  ])
  t.same(
    bench.calls.map((groups) => groups.map(({ apex, serials }) => [apex, serials])),
    [
      [
        [bench.view.apex, [11, 12]],
        [other.apex, [11]],
      ],
    ],
  )
})

t.test('a failing disk rejects every change of the group, and nothing of it is seen', async (t) => {
  const bench = new Bench()
  const full = new Error('no space left on device')
  bench.failure = full
  const bug = new Error('a bug')
  const settled = await Promise.allSettled([
    bench.add('a.x.'),
    change(bench.loop, bench.view, () => undefined),
    change(bench.loop, bench.view, () => undefined, { keep: false, result: 'refused' }),
    bench.add('b.x.'),
    change(bench.loop, bench.view, () => {
      throw bug
    }),
  ])
  for (const [i, outcome] of settled.entries()) {
    if (outcome.status === 'fulfilled') t.fail(`change ${i} was told that it is on disk`)
    else t.ok(outcome.reason instanceof StoreError, `change ${i}`)
    t.match(outcome, { reason: { cause: full } })
  }
  t.equal(serialIn(bench.view), 10)
  t.equal(bench.view.get(nameKeyOf(named('a.x.'))), undefined)
})

t.test('after the disk failed, the next group starts from what is on it', async (t) => {
  const bench = new Bench()
  bench.failure = new Error('no space left on device')
  await t.rejects(bench.add('a.x.'), StoreError)
  bench.failure = undefined
  const seen: boolean[] = []
  const { changeset } = await change(bench.loop, bench.view, (draft) => {
    seen.push(draft.get(nameKeyOf(named('a.x.'))) === undefined)
    put(draft, a('b.x.', '192.0.2.1'))
  })
  t.same(seen, [true])
  t.equal(changeset?.serialBefore, 10)
  t.equal(changeset?.serialAfter, 11)
})

t.test('closing commits what waits at once, and then takes nothing', async (t) => {
  const bench = new Bench()
  const waiting = [bench.add('a.x.'), bench.add('b.x.')]
  bench.loop.close()
  t.same(bench.serials, [[11, 12]], 'before close returns')
  await t.rejects(bench.add('c.x.'), { name: 'StoreError', message: 'the store is closed' })
  t.same(await Promise.all(waiting), ['a.x.', 'b.x.'])
  await nextTurn()
  bench.loop.close()
  t.equal(bench.calls.length, 1, 'and closing it again writes nothing')
})

t.test('what waits when the store is closed fails when the disk does', async (t) => {
  const bench = new Bench()
  bench.failure = new Error('no space left on device')
  const waiting = bench.add('a.x.')
  const rejected = t.rejects(waiting, StoreError)
  bench.loop.close()
  await rejected
})

t.test('an entry has the time at which its change was decided', async (t) => {
  const clock = new FakeClock(1_000_000_000)
  const times: number[] = []
  const loop = new CommitLoop<ZoneView>(
    (groups) => {
      for (const { entries } of groups) times.push(...entries.map((e) => e.timeMilliseconds))
    },
    clock,
    new Observers(),
  )
  const view = new Bench().view
  const decide = (owner: string) =>
    loop.commit(view, AUTHOR, (draft) => {
      clock.milliseconds += 5
      put(draft, a(owner, '192.0.2.1'))
      return { keep: true, grants: [], result: undefined }
    })
  await Promise.all([decide('a.x.'), decide('b.x.')])
  t.same(times, [1_000_000_000_005, 1_000_000_000_010])
})

t.test('what a failing disk refuses is told to have been decided and dropped', async (t) => {
  const bench = new Bench()
  const told: string[] = []
  bench.observers.add({
    decided: (_, nodes) => told.push(`decided ${serialAfterOf(nodes)}`),
    dropped: (_, nodes) => told.push(`dropped ${serialAfterOf(nodes)}`),
    committed: () => told.push('committed'),
  })
  bench.failure = new Error('No space left on device')
  const results = await Promise.allSettled([bench.add('a.x.'), bench.add('b.x.')])
  t.same(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  t.same(told, ['decided 11', 'decided 12', 'dropped 11', 'dropped 12'])
})
