/** What every store has to do for zones that are another server's. */
import { a, named, ns, ownersOf, publish, shownName, soa, viewOf } from '../support/records.ts'
import { opened, type Battery } from './battery.ts'

const STATE = {
  refreshedMilliseconds: 1_700_000_000_123,
  expiresMilliseconds: 1_700_604_800_456,
  promotedMilliseconds: undefined,
  isForeign: false,
}

export const secondaryTests: Battery = {
  'RFC 1034 §4.3.5 what is kept of a secondary zone is known, and forgotten': async (t, make) => {
    const store = opened(t, make)
    const apex = named('x.')
    t.equal(store.secondaryState(apex), undefined)
    const all = [
      STATE,
      { ...STATE, isForeign: true },
      { ...STATE, promotedMilliseconds: 1_700_000_000_789 },
      { ...STATE, promotedMilliseconds: 5, isForeign: true },
    ]
    for (const state of all) {
      store.setSecondaryState(apex, state)
      t.same(store.secondaryState(named('X.')), state)
    }
    t.equal(store.secondaryState(named('y.')), undefined)
    store.setSecondaryState(apex, undefined)
    t.equal(store.secondaryState(apex), undefined)
  },

  'it stays when the zone is filled anew': async (t, make) => {
    const store = opened(t, make)
    store.setSecondaryState(named('x.'), STATE)
    publish(store, 'x.')
    publish(store, 'x.', [a('www.x.', '192.0.2.1')])
    t.same(store.secondaryState(named('x.')), STATE)
  },

  'what is being filled can be read before it is published, in canonical order': async (
    t,
    make,
  ) => {
    const store = opened(t, make)
    publish(store, 'x.', [a('old.x.', '192.0.2.1')])
    const load = store.load(named('x.'))
    for (const record of [a('b.x.', '192.0.2.1'), soa('x.', 5), ns('x.', 'ns1.example.')]) {
      load.add(record)
    }
    const owners = (): string[] => Array.from(load.nodes(), ({ owner }) => shownName(owner))
    t.same(owners(), ['x.', 'b.x.'])
    load.add(a('a.x.', '192.0.2.1'))
    t.same(owners(), ['x.', 'a.x.', 'b.x.'])
    t.same(ownersOf(viewOf(store, 'x.')), ['x.', 'old.x.'])
    t.equal(load.publish(), undefined)
    t.same(ownersOf(viewOf(store, 'x.')), ['x.', 'a.x.', 'b.x.'])
  },
}
