/** Reading a part of a zone's journal, and being told of what is new in it. */
import type { JournalReading, ZoneStore, ZoneView } from '../../src/zone/zone.ts'
import { serialOf } from '../../src/zone/serial.ts'
import { a, change, publish, put, serialAfterOf, shownName, soa } from '../support/records.ts'
import { opened, type Battery } from './battery.ts'

const add = async (store: ZoneStore, view: ZoneView, ...owners: string[]): Promise<void> => {
  for (const owner of owners) {
    await change(store, view, (draft) => {
      put(draft, a(owner, '192.0.2.1'))
    })
  }
}

const serials = (store: ZoneStore, view: ZoneView, reading?: JournalReading): number[] =>
  Array.from(store.journal(view, reading), ({ changeset }) => changeset.serialAfter)

export const journalTests: Battery = {
  'the journal is read from any serial that it reaches, and from either end': async (t, make) => {
    const store = opened(t, make)
    const other = publish(store, 'a.example.')
    const view = publish(store, 'b.example.')
    await add(store, other, 'x.a.example.')
    await add(store, view, ...Array.from({ length: 9 }, (_, n) => `n${n}.b.example.`))
    await add(store, publish(store, 'c.example.'), 'x.c.example.')
    const all = [11, 12, 13, 14, 15, 16, 17, 18, 19]
    t.same(serials(store, view), all)
    t.same(serials(store, view, { newestFirst: true }), all.toReversed())
    for (let after = 10; after <= 19; after++) {
      const expected = all.filter((serial) => serial > after)
      const reading = { after: serialOf(after) }
      t.same(serials(store, view, reading), expected, `after ${after}`)
      const backwards = serials(store, view, { ...reading, newestFirst: true })
      t.same(backwards, expected.toReversed(), `back to ${after}`)
      t.ok(store.reaches(view, serialOf(after)), `${after}`)
    }
    for (const unknown of [0, 9, 20, 0x8000_0000, 0xffff_ffff].map(serialOf)) {
      t.notOk(store.reaches(view, unknown), `${unknown}`)
      t.same(serials(store, view, { after: unknown }), [], `after ${unknown}`)
    }
  },

  'RFC 1982 the journal is read over the point where serials begin anew': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.', [], 0xffff_fffe)
    await add(store, view, 'a.example.', 'b.example.', 'c.example.')
    t.same(serials(store, view), [0xffff_ffff, 1, 2])
    t.same(serials(store, view, { after: serialOf(0xffff_ffff) }), [1, 2])
    t.notOk(store.reaches(view, serialOf(0)), 'which was skipped')
  },

  'RFC 1982 a serial that a change set itself is found as any other': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    await change(store, view, (draft) => {
      const apex = draft.get(view.apexKey)
      const rrsets = (apex?.rrsets ?? []).filter(({ type }) => type !== 6)
      draft.set(view.apexKey, { owner: view.apex, rrsets })
      put(draft, soa('example.', 2_000_000_000))
    })
    await add(store, view, 'a.example.')
    t.same(serials(store, view, { after: serialOf(10) }), [2_000_000_000, 2_000_000_001])
    t.same(serials(store, view, { after: serialOf(2_000_000_000) }), [2_000_000_001])
    t.notOk(store.reaches(view, serialOf(11)))
  },

  'a journal with nothing in it reaches the serial of today alone': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    t.ok(store.reaches(view, serialOf(10)))
    t.notOk(store.reaches(view, serialOf(9)))
    t.same(serials(store, view, { after: serialOf(9) }), [])
  },

  'observers are told in order, before the change is answered, until they end it': async (
    t,
    make,
  ) => {
    const store = opened(t, make)
    const told: string[] = []
    const stop = store.observe({
      decided: (zone, nodes) =>
        told.push(`decided ${shownName(zone.apex)} ${serialAfterOf(nodes)}`),
      committed: (zone, entries) => {
        const reached = entries.map(({ changeset }) => changeset.serialAfter).join(' ')
        told.push(`committed ${shownName(zone.apex)} ${reached}`)
      },
      replaced: (zone) => told.push(`replaced ${shownName(zone.apex)}`),
    })
    store.observe({})
    const view = publish(store, 'example.')
    const both = ['a.example.', 'b.example.'].map((owner) =>
      change(store, view, (draft) => {
        put(draft, a(owner, '192.0.2.1'))
      }).then(() => told.push('answered')),
    )
    await Promise.all(both)
    await change(store, view, () => undefined)
    t.same(told, [
      'replaced example.',
      'decided example. 11',
      'decided example. 12',
      'committed example. 11 12',
      'answered',
      'answered',
    ])
    stop()
    await add(store, view, 'c.example.')
    t.equal(told.length, 6)
  },
}
