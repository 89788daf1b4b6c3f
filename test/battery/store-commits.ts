/** What every store has to do with changes: decide them in order, and commit them or drop them. */
import { nameKeyOf } from '../../src/zone/name-key.ts'
import type { ZoneView } from '../../src/zone/zone.ts'
import {
  a,
  AUTHOR,
  change,
  lineOf,
  named,
  ownersOf,
  publish,
  put,
  remove,
  serialIn,
  soa,
  txt,
  zoneLines,
} from '../support/records.ts'
import { opened, type Battery } from './battery.ts'

const has = (view: Pick<ZoneView, 'get'>, owner: string): boolean =>
  view.get(nameKeyOf(named(owner))) !== undefined

export const commitTests: Battery = {
  'a change is seen when its promise is settled, and not before': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    const promise = change(store, view, (draft) => {
      put(draft, a('www.example.', '192.0.2.1'))
    })
    t.notOk(has(view, 'www.example.'))
    const { result } = await promise
    t.equal(result, 'done')
    t.ok(has(view, 'www.example.'))
  },

  'a change gives what it came to, and what went and came': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.', [a('www.example.', '192.0.2.1')])
    const { result, changeset } = await change(
      store,
      view,
      (draft) => {
        remove(draft, 'www.example.')
        put(draft, txt('www.example.', 'moved', 60))
        put(draft, a('new.example.', '192.0.2.2'))
      },
      { result: 'mine' },
    )
    t.equal(result, 'mine')
    t.equal(changeset?.serialBefore, 10)
    t.equal(changeset?.serialAfter, 11)
    t.same(
      changeset?.removed.map(lineOf),
      [soa('example.', 10), a('www.example.', '192.0.2.1')].map(lineOf),
    )
    t.same(
      changeset?.added.map(lineOf),
      [soa('example.', 11), txt('www.example.', 'moved', 60), a('new.example.', '192.0.2.2')].map(
        lineOf,
      ),
    )
    t.same(ownersOf(view), ['example.', 'new.example.', 'www.example.'])
    t.same(zoneLines(view).slice(-1), [lineOf(txt('www.example.', 'moved', 60))])
  },

  'RFC 1982 §3.1 the serial after 4294967295 is 1': async (t, make) => {
    const store = opened(t, make)
    for (const [before, after] of [
      [0xffff_ffff, 1],
      [0xffff_fffe, 0xffff_ffff],
      [0x7fff_ffff, 0x8000_0000],
      [0, 1],
    ] as const) {
      const view = publish(store, 'example.', [], before)
      const { changeset } = await change(store, view, (draft) => {
        put(draft, a('www.example.', '192.0.2.1'))
      })
      t.equal(changeset?.serialAfter, after, `after ${before}`)
      t.equal(serialIn(view), after)
    }
  },

  'RFC 2136 §3.6 a serial that the change itself has raised is not raised again': async (
    t,
    make,
  ) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    const { changeset } = await change(store, view, (draft) => {
      const apex = draft.get(draft.apexKey)
      if (apex === undefined) throw new Error('no apex')
      const rrsets = apex.rrsets.filter(({ type }) => type !== soa('example.', 1).type)
      draft.set(draft.apexKey, { owner: apex.owner, rrsets })
      put(draft, soa('example.', 2_024_010_100))
      put(draft, a('www.example.', '192.0.2.1'))
    })
    t.equal(changeset?.serialAfter, 2_024_010_100)
    t.equal(serialIn(view), 2_024_010_100)
  },

  'RFC 2136 §3.6 what comes to no change writes nothing and raises nothing': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.', [a('www.example.', '192.0.2.1')])
    const before = zoneLines(view)
    const changes: Parameters<typeof change>[2][] = [
      () => undefined,
      (draft) => {
        put(draft, a('WWW.example.', '192.0.2.1'))
      },
      (draft) => {
        put(draft, a('tmp.example.', '192.0.2.2'))
        remove(draft, 'tmp.example.')
      },
      (draft) => {
        remove(draft, 'www.example.')
        put(draft, a('www.example.', '192.0.2.1'))
      },
      (draft) => {
        remove(draft, 'not-there.example.')
      },
    ]
    for (const act of changes) {
      const { result, changeset } = await change(store, view, act)
      t.equal(result, 'done')
      t.equal(changeset, undefined)
    }
    t.same(zoneLines(view), before)
    t.same(Array.from(store.journal(view)), [])
  },

  'a change that is refused is dropped, and leaves its mates alone': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    const outcomes = await Promise.all([
      change(store, view, (draft) => {
        put(draft, a('one.example.', '192.0.2.1'))
      }),
      change(
        store,
        view,
        (draft) => {
          remove(draft, 'one.example.')
          put(draft, a('two.example.', '192.0.2.2'))
        },
        { keep: false, result: 'refused' },
      ),
      change(store, view, (draft) => {
        put(draft, a('three.example.', has(draft, 'two.example.') ? '10.0.0.1' : '192.0.2.3'))
      }),
    ])
    t.same(
      outcomes.map(({ result, changeset }) => [result, changeset?.serialAfter]),
      [
        ['done', 11],
        ['refused', undefined],
        ['done', 12],
      ],
    )
    t.same(zoneLines(view).slice(-2), [
      'one.example. 3600 1 c0000201',
      'three.example. 3600 1 c0000203',
    ])
  },

  'each change is decided on the zone as those before it leave it': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    const count = 100
    const outcomes = await Promise.all(
      Array.from({ length: count }, (_, i) =>
        store.commit(view, AUTHOR, (draft) => {
          const previous = i === 0 || has(draft, `n${i - 1}.example.`)
          put(draft, a(`n${i}.example.`, '192.0.2.1'))
          if (i > 0) remove(draft, `n${i - 1}.example.`)
          return { keep: true, grants: [], result: `${previous} ${serialIn(draft)}` }
        }),
      ),
    )
    t.same(
      outcomes.map(({ result }) => result),
      Array.from({ length: count }, (_, i) => `true ${10 + i}`),
    )
    t.same(ownersOf(view), ['example.', 'n99.example.'])
    t.equal(serialIn(view), 110)
    t.equal(Array.from(store.journal(view)).length, count)
  },

  'changes to several zones at a time keep apart': async (t, make) => {
    const store = opened(t, make)
    const views = ['one.', 'two.', 'three.'].map((apex) => publish(store, apex))
    await Promise.all(
      Array.from({ length: 30 }, (_, i) => {
        const view = views[i % 3]
        if (view === undefined) throw new Error('no view')
        const apex = ['one.', 'two.', 'three.'][i % 3] ?? ''
        return change(store, view, (draft) => {
          put(draft, a(`n${i}.${apex}`, '192.0.2.1'))
        })
      }),
    )
    t.same(views.map(serialIn), [20, 20, 20])
    t.same(
      views.map((view) => ownersOf(view).length),
      [11, 11, 11],
    )
    t.same(
      views.map((view) => Array.from(store.journal(view)).length),
      [10, 10, 10],
    )
  },

  'a mistake of ours in one change rejects that one only': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    const bug = new Error('a bug')
    const settled = await Promise.allSettled([
      change(store, view, (draft) => {
        put(draft, a('one.example.', '192.0.2.1'))
      }),
      change(store, view, (draft) => {
        put(draft, a('two.example.', '192.0.2.2'))
        throw bug
      }),
      change(store, view, (draft) => {
        remove(draft, 'example.')
      }),
      change(store, view, (draft) => {
        put(draft, a('four.example.', '192.0.2.4'))
      }),
    ])
    t.same(
      settled.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    )
    const [, second, third] = settled
    // No StoreError: the disk has nothing to do with it.
    t.match(second, { reason: { name: 'Error', cause: bug } })
    t.match(third, { reason: { name: 'Error', cause: { message: 'a zone without a SOA' } } })
    t.same(ownersOf(view), ['example.', 'four.example.', 'one.example.'])
    t.equal(serialIn(view), 12)
  },
}
