/** RFC 2136 §3.7: UPDATEs that arrive together are made one after the other, each whole. */
import t from 'tap'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import type { ZoneStore } from '../../src/zone/zone.ts'
import { FakeClock } from '../support/clock.ts'
import { update } from '../support/messages.ts'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import {
  add,
  deleteName,
  deleteRrset,
  equals,
  exists,
  find,
  inUse,
  ipv4,
  rcodeOf,
  serialOf,
  txt,
  Type,
  unused,
  zoneLines,
  zoneOf,
} from '../support/updates.ts'

type Update = readonly [prerequisites: readonly Buffer[], changes: readonly Buffer[]]

/** Hands all of them over in one turn of the event loop. */
const together = (service: TestService, updates: readonly Update[]): Promise<string[]> =>
  Promise.all(
    updates.map(async ([prerequisites, changes]) =>
      rcodeOf(await service.ask(service.sign(update('dyn.example.', prerequisites, changes)))),
    ),
  )

const LOCK = 'lock.dyn.example.'
const claim = (owner: string): Update => [[unused(LOCK)], [add(LOCK, Type.TXT, 60, txt(owner))]]

type Kind = 'in memory' | 'in LMDB'

const openStore = (kind: Kind, folder: string): ZoneStore =>
  kind === 'in LMDB' ? LmdbStore.open(folder, new FakeClock()) : new MemoryStore(new FakeClock())

for (const kind of ['in memory', 'in LMDB'] as const) {
  t.test(`RFC 2136 §3.7 of clients that claim a name, the first has it, ${kind}`, async (t) => {
    const store = openStore(kind, t.testdir())
    const service = new TestService(ZONE_TEXT, store)
    const rcodes = await together(service, [claim('first'), claim('second'), claim('third')])
    t.same(rcodes, ['NOERROR', 'YXDOMAIN', 'YXDOMAIN'])
    const lines = zoneLines(zoneOf(service)).filter((line) => line.startsWith(LOCK))
    t.same(lines, ['lock.dyn.example. 60 IN TXT "first"'])
    t.equal(serialOf(zoneOf(service)), 11)
    await store.close()
  })

  t.test(`RFC 2136 §3.7 prerequisites see earlier UPDATEs of a group, ${kind}`, async (t) => {
    const store = openStore(kind, t.testdir())
    const service = new TestService(ZONE_TEXT, store)
    const one = txt('1')
    const two = txt('2')
    const rcodes = await together(service, [
      claim('1'),
      [[equals(LOCK, Type.TXT, one)], [deleteRrset(LOCK, Type.TXT), add(LOCK, Type.TXT, 60, two)]],
      [[equals(LOCK, Type.TXT, one)], [deleteName(LOCK)]],
      [[equals(LOCK, Type.TXT, two), exists('www.dyn.example.', Type.A)], [deleteName(LOCK)]],
      [[inUse(LOCK)], [deleteName('www.dyn.example.')]],
    ])
    t.same(rcodes, ['NOERROR', 'NOERROR', 'NXRRSET', 'NOERROR', 'NXDOMAIN'])
    t.equal(serialOf(zoneOf(service)), 13, 'each that changed something has a serial of its own')
    t.equal((await find(service, 'www.dyn.example.', Type.A)).answers.length, 2)
    t.equal((await find(service, LOCK, Type.TXT)).rcode, 'NXDOMAIN')
    await store.close()
  })
}

t.test('RFC 2136 §3.7 an UPDATE that is refused leaves its neighbours alone', async (t) => {
  const service = new TestService()
  const address = (label: string): Buffer =>
    add(`${label}.dyn.example.`, Type.A, 60, ipv4('192.0.2.9'))
  const rcodes = await together(service, [
    [[], [address('a')]],
    [[], [address('b'), add('other.example.', Type.A, 60, ipv4('192.0.2.9'))]],
    [[], [address('c')]],
  ])
  t.same(rcodes, ['NOERROR', 'NOTZONE', 'NOERROR'])
  t.same(
    zoneLines(zoneOf(service)).filter((line) => line.endsWith('192.0.2.9')),
    ['a.dyn.example. 60 IN A 192.0.2.9', 'c.dyn.example. 60 IN A 192.0.2.9'],
  )
  t.equal(serialOf(zoneOf(service)), 12)
})

t.test('RFC 2136 §3.7 a query sees an UPDATE whole or not at all', async (t) => {
  const service = new TestService()
  const seen = new Set<string>()
  const look = async (): Promise<void> => {
    const { answers } = await find(service, 'www.dyn.example.', Type.A)
    seen.add(answers.map((answer) => answer.split(' ').at(-1)).join(' '))
  }
  const changes = [
    deleteRrset('www.dyn.example.', Type.A),
    add('www.dyn.example.', Type.A, 60, ipv4('198.51.100.1')),
    add('www.dyn.example.', Type.A, 60, ipv4('198.51.100.2')),
  ]
  const waiting = together(service, [[[], changes]])
  await look()
  await waiting
  await look()
  t.same([...seen], ['192.0.2.1 192.0.2.2', '198.51.100.1 198.51.100.2'])
})
