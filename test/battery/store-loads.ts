/** What every store has to do when a zone is filled: all of it appears at once, or nothing. */
import { nameKeyOf } from '../../src/zone/name-key.ts'
import {
  a,
  change,
  CNAME,
  named,
  nodeLines,
  ns,
  ownersOf,
  publish,
  put,
  serialIn,
  shownName,
  soa,
  viewOf,
  zoneLines,
} from '../support/records.ts'
import { opened, type Battery } from './battery.ts'

/** More nodes than any store should want to hold back, in two and a half portions of 10,000. */
const MANY = 25_000

const address = (number: number): string =>
  `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`

export const loadTests: Battery = {
  'a zone that is being filled is not there until it is published': async (t, make) => {
    const store = opened(t, make)
    const load = store.load(named('example.'))
    t.equal(load.add(soa('example.', 1)), undefined)
    t.equal(load.add(ns('example.', 'ns1.example.')), undefined)
    t.equal(store.zone(named('example.')), undefined)
    t.same(store.apexes(), [])
    t.equal(load.publish(), undefined)
    t.equal(serialIn(viewOf(store, 'example.')), 1)
    t.same(Array.from(store.journal(viewOf(store, 'example.'))), [], 'and has no history')
  },

  'RFC 2181 §5 a load puts records together into sets': async (t, make) => {
    const view = publish(opened(t, make), 'example.', [
      a('www.example.', '192.0.2.1', 300),
      a('www.example.', '192.0.2.2', 60),
      a('www.example.', '192.0.2.1', 600),
    ])
    // §5.2: one TTL for all, the lowest that was given.
    t.same(zoneLines(view).slice(-2), ['www.example. 60 1 c0000201', 'www.example. 60 1 c0000202'])
  },

  'a record that cannot be in the zone is told of, and is not in it': async (t, make) => {
    const store = opened(t, make)
    const load = store.load(named('example.'))
    const cname = { ...ns('www.example.', 'x.example.'), type: CNAME }
    t.equal(load.add(soa('example.', 1)), undefined)
    t.match(load.add(a('www.other.', '192.0.2.1')), /not in the zone/)
    t.match(load.add(soa('example.', 2)), /second SOA/)
    t.equal(load.add(ns('example.', 'ns1.example.')), undefined)
    t.equal(load.add(a('www.example.', '192.0.2.1')), undefined)
    t.match(load.add(cname), /CNAME/)
    t.equal(load.publish(), undefined)
    t.same(ownersOf(viewOf(store, 'example.')), ['example.', 'www.example.'])
    t.equal(serialIn(viewOf(store, 'example.')), 1)
    t.same(zoneLines(viewOf(store, 'example.')).slice(-1), ['www.example. 3600 1 c0000201'])
  },

  'RFC 1034 §4.2.1 a zone without SOA or NS at its apex is not published': async (t, make) => {
    const store = opened(t, make)
    const before = zoneLines(publish(store, 'example.', [a('old.example.', '192.0.2.1')]))
    const load = store.load(named('example.'))
    t.match(load.publish(), /no SOA/)
    load.add(soa('example.', 2))
    load.add(ns('sub.example.', 'ns1.example.'))
    t.match(load.publish(), /no NS/)
    load.abandon()
    t.same(zoneLines(viewOf(store, 'example.')), before, 'the zone stays as it was')
  },

  'what a load lacked can still be added to it': async (t, make) => {
    const store = opened(t, make)
    const load = store.load(named('example.'))
    load.add(soa('example.', 2))
    t.match(load.publish(), /no NS/)
    load.add(ns('example.', 'ns1.example.'))
    t.equal(load.publish(), undefined)
    t.equal(serialIn(viewOf(store, 'example.')), 2)
  },

  'a zone that is loaded anew loses its nodes and its history': async (t, make) => {
    const store = opened(t, make)
    const old = publish(store, 'example.', [a('old.example.', '192.0.2.1')])
    await change(store, old, (draft) => {
      put(draft, a('older.example.', '192.0.2.2'))
    })
    const other = publish(store, 'other.', [a('www.other.', '192.0.2.3')])
    await change(store, other, (draft) => {
      put(draft, a('new.other.', '192.0.2.4'))
    })
    const view = publish(store, 'EXAMPLE.', [a('new.example.', '192.0.2.5')], 7)
    t.not(view, old)
    t.same(store.apexes().map(shownName).sort(), ['EXAMPLE.', 'other.'], 'spelled as it is now')
    t.same(ownersOf(view), ['EXAMPLE.', 'new.example.'])
    t.equal(serialIn(view), 7)
    t.same(Array.from(store.journal(view)), [])
    t.same(ownersOf(other), ['other.', 'new.other.', 'www.other.'], 'another zone is untouched')
    t.equal(Array.from(store.journal(other)).length, 1)
    const { changeset } = await change(store, view, (draft) => {
      put(draft, a('newer.example.', '192.0.2.6'))
    })
    t.equal(changeset?.serialBefore, 7)
    t.equal(Array.from(store.journal(view)).length, 1)
  },

  'changes go on while the zone is being loaded anew': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    const load = store.load(named('example.'))
    load.add(soa('example.', 99))
    load.add(ns('example.', 'ns1.example.'))
    await change(store, view, (draft) => {
      put(draft, a('www.example.', '192.0.2.1'))
    })
    t.equal(store.zone(named('example.')), view)
    t.equal(serialIn(view), 11)
    t.equal(load.publish(), undefined)
    t.equal(serialIn(viewOf(store, 'example.')), 99)
  },

  'a load that is abandoned leaves nothing': async (t, make) => {
    const store = opened(t, make)
    const load = store.load(named('example.'))
    load.add(soa('example.', 1))
    load.add(ns('example.', 'ns1.example.'))
    load.abandon()
    t.equal(store.zone(named('example.')), undefined)
    t.same(store.apexes(), [])
    t.same(ownersOf(publish(store, 'example.')), ['example.'])
  },

  'what was published cannot be abandoned any more': async (t, make) => {
    const store = opened(t, make)
    const load = store.load(named('example.'))
    load.add(soa('example.', 1))
    load.add(ns('example.', 'ns1.example.'))
    load.publish()
    load.abandon()
    t.same(ownersOf(viewOf(store, 'example.')), ['example.'])
  },

  [`a zone of ${MANY} names is loaded whole`]: async (t, make) => {
    const store = opened(t, make)
    const records = Array.from({ length: MANY }, (_, i) => a(`n${i}.example.`, address(i)))
    const view = publish(store, 'example.', records)
    const found = new Map(
      Array.from(view.nodes(), (node) => [shownName(node.owner), nodeLines(node)]),
    )
    t.equal(found.size, MANY + 1)
    const wrong = records.filter(({ owner, rdata }) => {
      const shown = shownName(owner)
      return found.get(shown)?.join() !== `${shown} 3600 1 ${Buffer.from(rdata).toString('hex')}`
    })
    t.same(wrong, [])
    t.same(nodeLines(view.get(nameKeyOf(named('n24999.example.')))), [
      'n24999.example. 3600 1 0a0061a7',
    ])
  },

  'records of a set may come far apart': async (t, make) => {
    const store = opened(t, make)
    const between = Array.from({ length: 12_000 }, (_, i) => a(`n${i}.example.`, address(i)))
    const view = publish(store, 'example.', [
      a('www.example.', '192.0.2.1'),
      ...between,
      a('www.example.', '192.0.2.2'),
    ])
    t.same(zoneLines(view).slice(-2), [
      'www.example. 3600 1 c0000201',
      'www.example. 3600 1 c0000202',
    ])
  },

  'two loads at a time do not get in the way of each other': async (t, make) => {
    const store = opened(t, make)
    const first = store.load(named('first.'))
    const second = store.load(named('second.'))
    const third = store.load(named('third.'))
    first.add(soa('first.', 1))
    first.add(ns('first.', 'ns1.example.'))
    for (let i = 0; i < 12_000; i++) first.add(a(`n${i}.first.`, address(i)))
    second.add(soa('second.', 2))
    second.add(ns('second.', 'ns1.example.'))
    t.equal(second.publish(), undefined)
    third.abandon()
    t.equal(first.publish(), undefined)
    t.equal(Array.from(viewOf(store, 'first.').nodes()).length, 12_001)
    t.same(ownersOf(viewOf(store, 'second.')), ['second.'])
    t.same(store.apexes().map(shownName).sort(), ['first.', 'second.'])
  },
}
