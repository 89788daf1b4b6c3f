/** RFC 2136 §3.4.2.1, §3.5: nothing is answered or seen before it is on disk, or if it is not. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ZonePolicy } from '../../src/access/zone-policy.ts'
import { Dispatcher } from '../../src/server/dispatch.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { ZoneSet } from '../../src/zone/zone-set.ts'
import type { UpdateZone } from '../../src/update/process.ts'
import { FakeClock } from '../support/clock.ts'
import { diskFull, FailingStore } from '../support/failing-store.ts'
import { update } from '../support/messages.ts'
import { allOf, name, TestService, ZONE_TEXT } from '../support/service.ts'
import {
  add,
  deleteName,
  effectOf,
  find,
  ipv4,
  nothing,
  rcodeOf,
  serialOf,
  Type,
  zoneLines,
  zoneOf,
} from '../support/updates.ts'

const NEW = add('new.dyn.example.', Type.A, 60, ipv4('192.0.2.9'))
const LINE = 'new.dyn.example. 60 IN A 192.0.2.9'

t.test('RFC 2136 §3.4.2.1 a store that fails is SERVFAIL, and nothing is changed', async (t) => {
  const store = new FailingStore()
  const service = new TestService(ZONE_TEXT, store)
  store.failure = diskFull()
  const changes = [NEW, deleteName('www.dyn.example.')]
  t.same(await effectOf(service, [], changes), nothing('SERVFAIL'))
  t.equal((await find(service, 'www.dyn.example.', Type.A)).answers.length, 2, 'queries go on')
  store.failure = undefined
  const effect = await effectOf(service, [], changes)
  t.equal(effect.rcode, 'NOERROR', 'and so do updates, when there is room again')
  t.same(effect.came, [LINE])
})

t.test('RFC 2136 §3.4.2.1 a disk that cannot be written is SERVFAIL', async (t) => {
  const folder = t.testdir()
  const writer = LmdbStore.open(folder, new FakeClock())
  const service = new TestService(ZONE_TEXT, writer)
  const store = LmdbStore.openForReading(folder, new FakeClock())
  const view = store.zone(name('dyn.example.'))
  if (view === undefined) throw new Error('no zone')
  const before = zoneLines(view)
  const zones = new ZoneSet<UpdateZone>()
  const policy = new ZonePolicy(view.apex, [allOf('ddns-key.')])
  zones.add({ apex: view.apex, view, policy, strict: false })
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const dispatcher = new Dispatcher({ ...service.service, zones, store, log })
  const answers: string[] = []
  const packet = service.sign(update('dyn.example.', [], [NEW]))
  const source = { address: '192.0.2.77', port: 5353, transport: 'udp' } as const
  await dispatcher.handle(packet, source, (answer) => answers.push(rcodeOf(Buffer.from(answer))))
  t.same(answers, ['SERVFAIL'])
  t.same(zoneLines(zoneOf(service)), before)
  await store.close()
  await writer.close()
})

t.test('RFC 2136 §3.5 a change is in the files before it is answered', async (t) => {
  const folder = t.testdir({ live: {}, copy: {} })
  const live = join(folder, 'live')
  const copy = join(folder, 'copy')
  const store = LmdbStore.open(live, new FakeClock())
  const service = new TestService(ZONE_TEXT, store)
  const packet = service.sign(update('dyn.example.', [], [NEW]))
  const source = { address: '192.0.2.77', port: 5353, transport: 'udp' } as const
  await service.dispatcher.handle(packet, source, () => {
    cpSync(live, copy, { recursive: true })
  })
  await store.close()
  const asAnswered = LmdbStore.open(copy, new FakeClock())
  const view = asAnswered.zone(name('dyn.example.'))
  t.ok(view && zoneLines(view).includes(LINE))
  t.equal(view && serialOf(view), 11)
  await asAnswered.close()
})

t.test('RFC 2136 §3.5 a change is there when the server is started again', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, new FakeClock())
  const service = new TestService(ZONE_TEXT, store)
  await effectOf(service, [], [NEW, deleteName('www.dyn.example.')])
  const before = zoneLines(zoneOf(service))
  await store.close()
  const again = LmdbStore.open(folder, new FakeClock())
  const view = again.zone(name('dyn.example.'))
  if (view === undefined) throw new Error('no zone')
  t.same(zoneLines(view), before)
  t.equal(serialOf(view), 11)
  await again.close()
})

t.test('RFC 2136 §3.5 queries see the zone as it was until the change is committed', async (t) => {
  const service = new TestService()
  const waiting = service.ask(service.sign(update('dyn.example.', [], [NEW])))
  t.same(await find(service, 'new.dyn.example.', Type.A), { rcode: 'NXDOMAIN', answers: [] })
  t.equal(rcodeOf(await waiting), 'NOERROR')
  t.same((await find(service, 'new.dyn.example.', Type.A)).answers, [
    'new.dyn.example 60 A 192.0.2.9',
  ])
})
