/** RFC 2136 §3.6: the serial of a zone goes up when the zone changes, and only then. */
import t from 'tap'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import {
  add,
  deleteName,
  deleteRecord,
  deleteRrset,
  effectOf,
  find,
  inUse,
  ipv4,
  soa,
  txt,
  Type,
} from '../support/updates.ts'

const APEX = 'dyn.example.'
const WWW = 'www.dyn.example.'
const A = ipv4('192.0.2.9')

/** The serials after each of these UPDATEs, one after the other. */
const serials = async (
  service: TestService,
  ...updates: readonly (readonly Buffer[])[]
): Promise<number[]> => {
  const after: number[] = []
  for (const changes of updates) after.push((await effectOf(service, [], changes)).serial)
  return after
}

t.test('RFC 2136 §3.6 every UPDATE that changes the zone raises the serial by one', async (t) => {
  const service = new TestService()
  const all = await serials(
    service,
    [add('new.dyn.example.', Type.A, 60, A), add('new.dyn.example.', Type.TXT, 60, txt('a'))],
    [deleteRrset('new.dyn.example.', Type.TXT)],
    [deleteRecord('new.dyn.example.', Type.A, A)],
    [deleteName(WWW)],
    [add(APEX, Type.A, 60, A)],
  )
  t.same(all, [11, 12, 13, 14, 15])
  const [answer] = (await find(service, APEX, Type.SOA)).answers
  t.match(answer, /"serial":15/, 'and so it is seen by clients')
})

t.test('RFC 2136 §3.6 another TTL is a change', async (t) => {
  t.same(await serials(new TestService(), [add(WWW, Type.A, 61, ipv4('192.0.2.1'))]), [11])
})

t.test('RFC 2136 §3.6 an UPDATE that changes nothing leaves the serial', async (t) => {
  const all = await serials(
    new TestService(),
    [],
    [add(WWW, Type.A, 60, ipv4('192.0.2.1'))],
    [deleteName('none.dyn.example.')],
    [add(APEX, Type.SOA, 60, soa(9))],
    [deleteRrset(APEX, Type.NS)],
  )
  t.same(all, [10, 10, 10, 10, 10])
})

t.test('RFC 2136 §3.6 changes that cancel each other leave the serial', async (t) => {
  const new1 = 'new.dyn.example.'
  const www = [ipv4('192.0.2.1'), ipv4('192.0.2.2')].map((rdata) => add(WWW, Type.A, 60, rdata))
  const all = await serials(
    new TestService(),
    [add(new1, Type.A, 60, A), deleteRrset(new1, Type.A)],
    [deleteName(WWW), ...www],
  )
  t.same(all, [10, 10])
})

t.test('RFC 2136 §3.6 an UPDATE that is refused leaves the serial', async (t) => {
  const service = new TestService()
  const change = add('new.dyn.example.', Type.A, 60, A)
  const unmet = await effectOf(service, [inUse('none.dyn.example.')], [change])
  t.equal(unmet.serial, 10)
  const outside = await effectOf(service, [], [change, add('other.example.', Type.A, 60, A)])
  t.equal(outside.serial, 10)
})

t.test('RFC 2136 §3.6 a client that raises the serial itself has its way', async (t) => {
  const change = add('new.dyn.example.', Type.A, 60, A)
  const raise = add(APEX, Type.SOA, 3600, soa(2000))
  t.same(await serials(new TestService(), [raise, change], [change], [raise]), [2000, 2000, 2000])
  t.same(await serials(new TestService(), [change, raise]), [2000], 'in any order')
})

t.test('RFC 2136 §3.6 a serial that was not raised by the client is raised by us', async (t) => {
  const change = add('new.dyn.example.', Type.A, 60, A)
  for (const serial of [9, 10]) {
    const same = add(APEX, Type.SOA, 3600, soa(serial))
    t.same(await serials(new TestService(), [same, change]), [11], `SOA with serial ${serial}`)
  }
})

t.test('RFC 1982 §3.1 the serial goes round, past zero', async (t) => {
  const service = new TestService(ZONE_TEXT.replace(' 10 7200', ' 4294967294 7200'))
  const all = await serials(
    service,
    [add('a.dyn.example.', Type.A, 60, A)],
    [add('b.dyn.example.', Type.A, 60, A)],
    [add('c.dyn.example.', Type.A, 60, A)],
  )
  t.same(all, [4294967295, 1, 2])
})
