/** Zones of a store that another writes to: each question sees one version, and none that is too old. */
import t, { type Test } from 'tap'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { SnapshotZones } from '../../src/store/snapshot-zones.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { ZoneChanges } from '../../src/zone/zone-changes.ts'
import { FakeClock } from '../support/clock.ts'
import { a, change, named, publish, put, viewOf } from '../support/records.ts'

const clock = new FakeClock()

interface Kit {
  readonly writer: LmdbStore
  readonly reader: LmdbStore
  readonly zones: SnapshotZones
  /** Whether the reader sees a name. */
  readonly sees: (owner: string) => boolean
  readonly renewed: () => number
}

const kitFor = (t: Test): Kit => {
  const folder = t.testdir()
  const writer = LmdbStore.open(folder, clock)
  const changes = new ZoneChanges()
  writer.observe(changes)
  publish(writer, 'x.', [a('old.x.', '192.0.2.1')])
  const reader = LmdbStore.openForReading(folder, clock)
  t.teardown(async () => {
    await reader.close()
    await writer.close()
  })
  let renewed = 0
  const snapshots = {
    renew: () => {
      renewed++
      reader.renew()
    },
    zone: (...apex: Parameters<LmdbStore['zone']>) => reader.zone(...apex),
  }
  const zones = new SnapshotZones(snapshots, new ZoneChanges(changes.memory))
  const zone = zones.zone(named('x.'))
  const sees = (owner: string): boolean => zone.view?.get(nameKeyOf(named(owner))) !== undefined
  return { writer, reader, zones, sees, renewed: () => renewed }
}

t.test('a question sees what was committed before it, in the same turn too', async (t) => {
  const { writer, zones, sees } = kitFor(t)
  zones.begin()
  t.equal(sees('new.x.'), false)
  const committed = change(writer, viewOf(writer, 'x.'), (draft) => {
    put(draft, a('new.x.', '192.0.2.2'))
  })
  const seen: boolean[] = []
  const look = (): void => {
    zones.begin()
    seen.push(sees('new.x.'))
  }
  // In one turn, so that the version of the first look is held yet at the second.
  writer.observe({ decided: look, committed: look })
  await committed
  t.strictSame(seen, [false, true])
})

t.test('a zone that was loaded anew is another from the next question on', async (t) => {
  const { writer, zones, sees } = kitFor(t)
  zones.begin()
  t.equal(sees('old.x.'), true)
  publish(writer, 'x.', [a('new.x.', '192.0.2.2')])
  t.equal(sees('old.x.'), true, 'the question goes on as it began')
  zones.begin()
  t.equal(sees('old.x.'), false)
  t.equal(sees('new.x.'), true)
})

t.test('a version is taken anew only when something changed', async (t) => {
  const { writer, zones, renewed } = kitFor(t)
  zones.begin()
  zones.begin()
  t.equal(renewed(), 1)
  publish(writer, 'x.')
  zones.begin()
  t.equal(renewed(), 2)
})

t.test('a zone that the store does not have has no view', async (t) => {
  const { zones } = kitFor(t)
  zones.begin()
  t.equal(zones.zone(named('y.')).view, undefined)
})
