/** What loads leave on disk: nothing but the zones that were published. */
import t from 'tap'
import { openDatabases } from '../../src/store/databases.ts'
import {
  encodeU32,
  garbageKey,
  garbageRange,
  metaKey,
  zoneIdOf,
  zoneKey,
} from '../../src/store/layout.ts'
import { removeGarbage } from '../../src/store/lmdb-load.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { loadZoneFile } from '../../src/store/zone-file.ts'
import type { ZoneLoad, ZoneStore } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { hex } from '../support/messages.ts'
import { a, change, named, ns, ownersOf, publish, put, soa, viewOf } from '../support/records.ts'

const clock = new FakeClock()

interface Stored {
  /** How many nodes and journal entries there are for each zone id. */
  readonly nodes: Readonly<Record<number, number>>
  readonly journal: Readonly<Record<number, number>>
  /** The keys of what is neither. */
  readonly zones: string[]
  readonly garbage: string[]
}

/** Looks at what is in a folder while no store is open there. */
const storedIn = async (folder: string): Promise<Stored> => {
  const { root, meta, zones, nodes, journal } = openDatabases(folder, true)
  const count = (keys: Iterable<Buffer>): Record<number, number> => {
    const counts: Record<number, number> = {}
    for (const key of keys) {
      const id = key.readUInt32BE(0)
      counts[id] = (counts[id] ?? 0) + 1
    }
    return counts
  }
  const stored = {
    nodes: count(nodes.getKeys({})),
    journal: count(journal.getKeys({})),
    zones: Array.from(zones.getKeys({}), (key) => key.toString('latin1')),
    garbage: Array.from(meta.getKeys({}), (key) => key.toString('latin1')).filter((key) =>
      key.startsWith('garbage'),
    ),
  }
  await root.close()
  return stored
}

const NOTHING: Stored = { nodes: {}, journal: {}, zones: [], garbage: [] }

const mark = (id: number): string => garbageKey(zoneIdOf(id)).toString('latin1')

/** A load with a SOA, an NS and `count` names more. */
const filled = (store: ZoneStore, apex: string, count: number): ZoneLoad => {
  const load = store.load(named(apex))
  load.add(soa(apex, 1))
  load.add(ns(apex, 'ns1.example.'))
  for (let i = 0; i < count; i++) load.add(a(`n${i}.${apex}`, '192.0.2.1'))
  return load
}

const withStore = async (folder: string, act: (store: LmdbStore) => unknown): Promise<void> => {
  const store = LmdbStore.open(folder, clock)
  await act(store)
  await store.close()
}

t.test('a load that a crash cut short is removed when the store is opened again', async (t) => {
  const folder = t.testdir()
  await withStore(folder, (store) => {
    publish(store, 'keep.')
    filled(store, 'x.', 25_000)
    filled(store, 'y.', 1)
  })
  const crashed = await storedIn(folder)
  t.same(crashed.zones, ['\x04keep\x00'])
  t.same(crashed.garbage, [mark(2), mark(3)])
  t.ok((crashed.nodes[2] ?? 0) > 10_000, `${crashed.nodes[2] ?? 0} nodes of it are on disk`)
  await withStore(folder, (store) => {
    t.equal(store.zone(named('x.')), undefined)
    t.same(ownersOf(viewOf(store, 'keep.')), ['keep.'])
  })
  t.same(await storedIn(folder), { ...NOTHING, nodes: { 1: 1 }, zones: ['\x04keep\x00'] })
})

t.test('a load that is abandoned leaves nothing on disk, however much it was', async (t) => {
  for (const count of [0, 5, 10_000, 25_000]) {
    const folder = t.testdir()
    await withStore(folder, (store) => {
      filled(store, 'x.', count).abandon()
    })
    t.same(await storedIn(folder), NOTHING, `${count} names`)
  }
})

t.test('a zone file that is wrong at its end leaves nothing on disk', async (t) => {
  const names = Array.from({ length: 12_000 }, (_, i) => `n${i} A 192.0.2.1\n`).join('')
  const text = `$TTL 60\n@ SOA ns1 h 1 2 3 4 5\n@ NS ns1\n${names}wrong\n`
  const folder = t.testdir({ 'x.zone': text, data: {} })
  await withStore(`${folder}/data`, (store) => {
    t.throws(() => loadZoneFile(store, named('x.'), `${folder}/x.zone`), { message: ':12004:' })
  })
  t.same(await storedIn(`${folder}/data`), NOTHING)
})

t.test('a zone that was replaced leaves neither nodes nor journal on disk', async (t) => {
  const folder = t.testdir()
  await withStore(folder, async (store) => {
    filled(store, 'x.', 20_000).publish()
    await change(store, viewOf(store, 'x.'), (draft) => {
      put(draft, a('new.x.', '192.0.2.1'))
    })
    filled(store, 'x.', 3).publish()
  })
  t.same(await storedIn(folder), { ...NOTHING, nodes: { 2: 4 }, zones: ['\x01x\x00'] })
})

t.test('a crash before a replaced zone was removed is made good at the next start', async (t) => {
  const folder = t.testdir()
  await withStore(folder, async (store) => {
    publish(store, 'x.')
    await change(store, viewOf(store, 'x.'), (draft) => {
      put(draft, a('new.x.', '192.0.2.1'))
    })
  })
  // What the last transaction of a publication does.
  const { root, meta, zones } = openDatabases(folder, false)
  root.transactionSync(() => {
    meta.putSync(garbageKey(zoneIdOf(1)), Buffer.alloc(0))
    zones.removeSync(zoneKey(named('x.')))
  })
  await root.close()
  t.same((await storedIn(folder)).nodes, { 1: 2 })
  await withStore(folder, () => undefined)
  t.same(await storedIn(folder), NOTHING)
})

t.test('an id is used once, also after what had it is gone', async (t) => {
  const folder = t.testdir()
  await withStore(folder, (store) => {
    publish(store, 'x.')
    publish(store, 'x.')
    filled(store, 'x.', 1).abandon()
  })
  await withStore(folder, (store) => {
    publish(store, 'y.')
  })
  t.same((await storedIn(folder)).nodes, { 2: 1, 4: 1 })
  const { root, meta, zones } = openDatabases(folder, true)
  t.same(meta.get(metaKey.nextZoneId), encodeU32(5))
  t.same(zones.get(zoneKey(named('Y.'))), hex('00000004 01 79 00'))
  await root.close()
})

t.test('what cannot be removed now keeps its mark, and is removed another time', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, clock)
  const load = store.load(named('x.'))
  for (let n = 0; n < 10_000; n++) load.add(a(`h${n}.x.`, '192.0.2.1'))
  await store.close()
  const databases = openDatabases(folder, false)
  const write = (): never => {
    throw new Error('no space left on device')
  }
  removeGarbage({ ...databases, write })
  const marks = (): number => Array.from(databases.meta.getKeys(garbageRange)).length
  t.equal(marks(), 1)
  removeGarbage(databases)
  t.equal(marks(), 0)
  t.equal(Array.from(databases.nodes.getKeys({})).length, 0)
  await databases.root.close()
})

t.test('a load that cannot be put on disk says whose it is and why', async (t) => {
  const folder = t.testdir()
  await withStore(folder, () => undefined)
  const store = LmdbStore.openForReading(folder, clock)
  t.throws(() => store.load(named('x.')), {
    name: 'StoreError',
    message: /^x\. could not be put on disk: ./,
  })
  await store.close()
})
