/** What every store has to give those who read a zone. */
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { encodeNode } from '../../src/zone/node.ts'
import type { ZoneView } from '../../src/zone/zone.ts'
import {
  a,
  change,
  named,
  nodeLines,
  ownersOf,
  publish,
  put,
  remove,
  shownName,
  txt,
  viewOf,
  zoneLines,
} from '../support/records.ts'
import { opened, type Battery } from './battery.ts'

const linesAt = (view: ZoneView, owner: string): string[] =>
  nodeLines(view.get(nameKeyOf(named(owner))))

const hasBelow = (view: ZoneView, name: string): boolean => view.hasBelow(nameKeyOf(named(name)))

export const viewTests: Battery = {
  'a store that nothing was put into has no zones': async (t, make) => {
    const store = opened(t, make)
    t.equal(store.zone(named('example.')), undefined)
    t.same(store.apexes(), [])
  },

  'RFC 4343 §3 a zone is found by its apex in any case, and spelled as loaded': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'Dyn.Example.')
    t.equal(shownName(view.apex), 'Dyn.Example.')
    t.equal(view.apexKey, nameKeyOf(named('dyn.example.')))
    t.equal(store.zone(named('dYN.eXAMPLE.')), view, 'and is the same view')
    t.equal(store.zone(named('example.')), undefined, 'not by a name above')
    t.equal(store.zone(named('www.dyn.example.')), undefined, 'nor by one below')
    t.same(store.apexes().map(shownName), ['Dyn.Example.'])
  },

  'RFC 4343 §3 a node is found by its owner in any case, and spelled as first': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.', [
      a('WWW.example.', '192.0.2.1'),
      a('www.EXAMPLE.', '192.0.2.2'),
    ])
    const lines = ['WWW.example. 3600 1 c0000201', 'WWW.example. 3600 1 c0000202']
    t.same(linesAt(view, 'wWw.eXample.'), lines)
    t.equal(view.get(nameKeyOf(named('ww.example.'))), undefined)
  },

  'zones of one store do not mix, also where one is below the other': async (t, make) => {
    const store = opened(t, make)
    const upper = publish(store, 'example.', [a('www.example.', '192.0.2.1')])
    const lower = publish(store, 'sub.example.', [a('www.sub.example.', '192.0.2.2')])
    const root = publish(store, '.', [a('example.', '192.0.2.3')])
    t.same(store.apexes().map(shownName).sort(), ['.', 'example.', 'sub.example.'])
    t.same(ownersOf(upper), ['example.', 'www.example.'])
    t.same(ownersOf(lower), ['sub.example.', 'www.sub.example.'])
    t.same(ownersOf(root), ['.', 'example.'])
    t.notOk(hasBelow(upper, 'sub.example.'), 'what is below in another zone is not in this one')
    t.ok(hasBelow(root, '.'))
    t.notOk(hasBelow(root, 'example.'))
    await change(store, lower, (draft) => {
      put(draft, a('new.sub.example.', '192.0.2.4'))
    })
    t.same(ownersOf(upper), ['example.', 'www.example.'])
    t.same(Array.from(store.journal(upper)), [])
  },

  'RFC 4034 §6.1 nodes come in canonical order': async (t, make) => {
    const store = opened(t, make)
    const canonical = [
      'example.',
      'a.example.',
      'yljkjljk.a.example.',
      'Z.a.example.',
      'zABC.a.EXAMPLE.',
      'z.example.',
      '\\001.z.example.',
      '*.z.example.',
      '\\200.z.example.',
    ]
    const records = canonical.slice(1).map((owner) => txt(owner, owner))
    const view = publish(store, 'example.', records.reverse())
    t.same(ownersOf(view), canonical.map(named).map(shownName))
    t.match(zoneLines(view)[3], /^yljkjljk\.a\.example\. 3600 16 13796c6a6b6a6c6a6b/)
  },

  'RFC 4592 §2.2.2 an empty non-terminal is known by what is below it': async (t, make) => {
    const view = publish(opened(t, make), 'example.', [a('host.sub.ent.example.', '192.0.2.1')])
    t.ok(hasBelow(view, 'example.'))
    t.ok(hasBelow(view, 'ent.example.'))
    t.ok(hasBelow(view, 'SUB.ent.example.'))
    t.equal(view.get(nameKeyOf(named('ent.example.'))), undefined)
    t.notOk(hasBelow(view, 'host.sub.ent.example.'), 'a leaf')
    t.notOk(hasBelow(view, 'other.example.'), 'a name that is not there')
  },

  'a zone of nothing but its apex has nothing below': async (t, make) => {
    const store = opened(t, make)
    t.notOk(hasBelow(publish(store, 'example.'), 'example.'))
    t.notOk(hasBelow(publish(store, '.'), '.'))
  },

  'a sibling that begins alike is not below': async (t, make) => {
    // The octets 0 to 2 and 255 are where a key that is put together carelessly goes wrong.
    for (const label of [
      'a',
      '\\000',
      '\\001',
      '\\002',
      '\\255',
      'a\\000',
      'a\\001',
      '\\001\\000',
    ]) {
      const store = opened(t, make)
      const siblings = ['b', '\\000', '\\001', '\\002', '\\003', '\\255', '\\.'].map(
        (octet) => `${label}${octet}.example.`,
      )
      const view = publish(store, 'example.', [
        a(`${label}.example.`, '192.0.2.1'),
        ...siblings.flatMap((owner) => [a(owner, '192.0.2.2'), a(`x.${owner}`, '192.0.2.3')]),
      ])
      t.notOk(hasBelow(view, `${label}.example.`), `nothing is below ${label}`)
      await change(store, view, (draft) => {
        put(draft, a(`\\000.${label}.example.`, '192.0.2.4'))
      })
      t.ok(hasBelow(view, `${label}.example.`), `now something is below ${label}`)
    }
  },

  'RFC 1035 §2.3.4 the longest name is kept, of whatever octets it is': async (t, make) => {
    const store = opened(t, make)
    const long = (octet: string): string =>
      [63, 63, 63, 57].map((length) => octet.repeat(length)).join('.')
    const owners = ['\\000', '\\001', '\\255', 'm'].map((octet) => `${long(octet)}.a.x.`)
    t.equal(named(owners[0] ?? '').length, 255)
    const view = publish(
      store,
      'x.',
      [...owners].map((owner) => a(owner, '192.0.2.9')),
    )
    for (const owner of owners) {
      t.same(linesAt(view, owner), [`${shownName(named(owner))} 3600 1 c0000209`])
      t.ok(hasBelow(view, owner.slice(owner.indexOf('.') + 1)))
      t.notOk(hasBelow(view, owner))
    }
    t.equal(ownersOf(view).length, 5)
  },

  'every node of an iteration is of the version in which it began': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.', [
      a('a.example.', '192.0.2.1'),
      a('b.example.', '192.0.2.2'),
      a('c.example.', '192.0.2.3'),
    ])
    const before = zoneLines(view)
    const seen: string[] = []
    let round = 0
    for (const node of view.nodes()) {
      seen.push(...nodeLines(node).sort())
      const number = ++round
      await change(store, view, (draft) => {
        remove(draft, 'b.example.')
        put(draft, a('c.example.', `198.51.100.${number}`))
        put(draft, a(`d${number}.example.`, '203.0.113.1'))
      })
    }
    t.same(seen, before)
    t.same(ownersOf(view), [
      ...['example.', 'a.example.', 'c.example.'],
      ...[1, 2, 3, 4].map((number) => `d${number}.example.`),
    ])
    t.equal(linesAt(view, 'c.example.').length, 5)
  },

  'nodes may be read from a name on, which need not be there': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.', [
      a('a.example.', '192.0.2.1'),
      a('c.example.', '192.0.2.3'),
      a('x.c.example.', '192.0.2.4'),
    ])
    const from = (text: string): string[] =>
      Array.from(view.nodes(nameKeyOf(named(text))), ({ owner }) => shownName(owner))
    t.same(from('example.'), ['example.', 'a.example.', 'c.example.', 'x.c.example.'])
    t.same(from('b.example.'), ['c.example.', 'x.c.example.'])
    t.same(from('x.c.example.'), ['x.c.example.'])
    t.same(from('d.example.'), [])
  },

  'encoded nodes come whole, behind one another, of one version, whatever else is read': async (
    t,
    make,
  ) => {
    const store = opened(t, make)
    const large = { ...txt('m500.example.', ''), rdata: Buffer.alloc(40_000, 1) }
    const many = Array.from({ length: 999 }, (_, i) => txt(`m${i}.example.`, 'x'.repeat(i % 250)))
    const view = publish(store, 'example.', [...many, large])
    const expected = Buffer.concat(Array.from(view.nodes(), encodeNode))
    const pieces: Uint8Array[] = []
    for (const piece of view.encodedNodes()) {
      pieces.push(piece)
      view.get(nameKeyOf(large.owner))
      await change(store, view, (draft) => {
        put(draft, txt('m999.example.', `after ${pieces.length}`))
      })
    }
    t.ok(Buffer.concat(pieces).equals(expected))
    t.same(linesAt(viewOf(store, 'example.'), 'm999.example.').length, pieces.length)
  },

  'a zone whose apex is large is given from there on': async (t, make) => {
    const store = opened(t, make)
    const large = { ...txt('example.', ''), rdata: Buffer.alloc(50_000, 1) }
    const view = publish(store, 'example.', [large, a('a.example.', '192.0.2.1')])
    const expected = Buffer.concat(Array.from(view.nodes(), encodeNode))
    t.ok(Buffer.concat([...view.encodedNodes()]).equals(expected))
  },

  'a node that was read stays as it was': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.', [txt('t.example.', 'before')])
    const node = view.get(nameKeyOf(named('t.example.')))
    const all = Array.from(view.nodes())
    const lines = nodeLines(node)
    for (let i = 0; i < 50; i++) {
      await change(store, view, (draft) => {
        remove(draft, 't.example.')
        put(draft, txt('t.example.', `after ${i}`))
      })
    }
    t.same(nodeLines(node), lines)
    t.same(all.flatMap(nodeLines).slice(-1), lines)
    t.same(linesAt(viewOf(store, 'example.'), 't.example.'), [
      `t.example. 3600 16 ${Buffer.from('\x08after 49').toString('hex')}`,
    ])
  },

  'a view of another store is our own mistake': async (t, make) => {
    const store = opened(t, make)
    const view = publish(store, 'example.')
    const stranger: ZoneView = {
      apex: view.apex,
      apexKey: view.apexKey,
      get: (key) => view.get(key),
      hasBelow: (key) => view.hasBelow(key),
      nodes: () => view.nodes(),
      encodedNodes: () => view.encodedNodes(),
    }
    t.throws(() => change(store, stranger, () => undefined), TypeError)
    t.throws(() => Array.from(store.journal(stranger)), TypeError)
  },
}
