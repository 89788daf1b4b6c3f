/** Drafts: changes laid over a zone, and what is left of them when they are sealed. */
import t from 'tap'
import type { Changeset } from '../../src/zone/changeset.ts'
import { Draft, type NodeSource } from '../../src/zone/draft.ts'
import { nameKeyOf, type NameKey } from '../../src/zone/name-key.ts'
import type { Node } from '../../src/zone/node.ts'
import {
  a,
  lineOf,
  named,
  nodeLines,
  nodeOf,
  ns,
  put,
  remove,
  serialIn,
  soa,
} from '../support/records.ts'

const WWW = nameKeyOf(named('www.x.'))

const sourceOf = (...nodes: Node[]): NodeSource => {
  const byKey = new Map<NameKey, Node>(nodes.map((node) => [nameKeyOf(node.owner), node]))
  const apex = named('x.')
  return { apex, apexKey: nameKeyOf(apex), get: (key) => byKey.get(key) }
}

const zoneOf = (serial = 10): NodeSource =>
  sourceOf(nodeOf(ns('x.', 'ns.x.'), soa('x.', serial)), nodeOf(a('www.x.', '192.0.2.1')))

const shown = (changeset: Changeset | undefined): unknown =>
  changeset && {
    ...changeset,
    removed: changeset.removed.map(lineOf),
    added: changeset.added.map(lineOf),
  }

t.test('a draft shows what was set, and the zone below it where nothing was', async (t) => {
  const zone = zoneOf()
  const draft = new Draft(zone)
  t.equal(draft.apex, zone.apex)
  t.equal(draft.apexKey, zone.apexKey)
  t.equal(draft.get(WWW), zone.get(WWW))
  put(draft, a('www.x.', '192.0.2.2'))
  t.same(nodeLines(draft.get(WWW)), ['www.x. 3600 1 c0000201', 'www.x. 3600 1 c0000202'])
  t.same(nodeLines(zone.get(WWW)), ['www.x. 3600 1 c0000201'], 'the zone stays as it is')
  remove(draft, 'www.x.')
  t.equal(draft.get(WWW), undefined, 'and what was taken away is gone')
})

t.test('a draft over a draft leaves that one as it is', async (t) => {
  const lower = new Draft(zoneOf())
  remove(lower, 'www.x.')
  const upper = new Draft(lower)
  t.equal(upper.get(WWW), undefined)
  put(upper, a('www.x.', '192.0.2.9'))
  t.equal(lower.get(WWW), undefined)
  t.same(shown(upper.seal()), {
    serialBefore: 10,
    serialAfter: 11,
    removed: [lineOf(soa('x.', 10))],
    added: [soa('x.', 11), a('www.x.', '192.0.2.9')].map(lineOf),
  })
  t.equal(serialIn(lower), 10)
})

t.test('RFC 2136 §3.6 the serial is raised when anything changed', async (t) => {
  const draft = new Draft(zoneOf())
  remove(draft, 'www.x.')
  t.same(shown(draft.seal()), {
    serialBefore: 10,
    serialAfter: 11,
    removed: [soa('x.', 10), a('www.x.', '192.0.2.1')].map(lineOf),
    added: [lineOf(soa('x.', 11))],
  })
  t.equal(serialIn(draft), 11, 'the draft has the new serial')
  t.same(nodeLines(draft.get(draft.apexKey)).sort(), [ns('x.', 'ns.x.'), soa('x.', 11)].map(lineOf))
})

t.test('RFC 2136 §3.6 the serial is raised when only the apex changed', async (t) => {
  const additional = new Draft(zoneOf())
  put(additional, ns('x.', 'ns2.x.'))
  t.equal(additional.seal()?.serialAfter, 11)
  const fewer = new Draft(zoneOf())
  fewer.set(fewer.apexKey, nodeOf(soa('x.', 10)))
  t.same(shown(fewer.seal()), {
    serialBefore: 10,
    serialAfter: 11,
    removed: [ns('x.', 'ns.x.'), soa('x.', 10)].map(lineOf),
    added: [lineOf(soa('x.', 11))],
  })
})

t.test('RFC 2136 §3.6 a serial that was raised by the change is left alone', async (t) => {
  const draft = new Draft(zoneOf())
  draft.set(draft.apexKey, nodeOf(ns('x.', 'ns.x.'), soa('x.', 4_000_000_000)))
  t.same(shown(draft.seal()), {
    serialBefore: 10,
    serialAfter: 4_000_000_000,
    removed: [lineOf(soa('x.', 10))],
    added: [lineOf(soa('x.', 4_000_000_000))],
  })
})

t.test('RFC 2136 §3.6 a draft that comes to no change leaves nothing', async (t) => {
  const draft = new Draft(zoneOf())
  t.equal(draft.seal(), undefined)
  put(draft, a('tmp.x.', '192.0.2.1'))
  remove(draft, 'tmp.x.')
  put(draft, a('www.x.', '192.0.2.1'))
  put(draft, soa('x.', 10))
  t.equal(draft.seal(), undefined)
  t.equal(serialIn(draft), 10)
})

t.test('a draft of a zone without a SOA cannot be sealed', async (t) => {
  const lost = new Draft(zoneOf())
  remove(lost, 'x.')
  t.throws(() => lost.seal(), /without a SOA/)
  t.throws(() => new Draft(sourceOf()).seal(), /without a SOA/)
})

t.test('what lies under a draft is read once for each name', async (t) => {
  const base = zoneOf()
  let reads = 0
  const counting = {
    apex: base.apex,
    apexKey: base.apexKey,
    get: (key: NameKey) => {
      reads++
      return base.get(key)
    },
  }
  const draft = new Draft(counting)
  for (let times = 0; times < 5; times++) draft.get(base.apexKey)
  t.equal(draft.seal(), undefined)
  t.equal(reads, 1)
})
