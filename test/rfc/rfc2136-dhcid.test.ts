/**
 * RFC 4701, RFC 4703: how DHCP servers such as Kea share a zone. A DHCID says whose name it is, and
 * every UPDATE asks for it.
 */
import t from 'tap'
import { wireName } from '../support/messages.ts'
import { TestService, ZONE_TEXT } from '../support/service.ts'
import {
  absent,
  add,
  deleteName,
  deleteRecord,
  deleteRrset,
  effectOf,
  equals,
  find,
  inUse,
  ipv4,
  nothing,
  Type,
  unused,
  type Effect,
} from '../support/updates.ts'

const HOST = 'laptop.dyn.example.'
/** RFC 4701 §3.6: identifier type, digest type, digest. */
const dhcid = (client: number): Buffer =>
  Buffer.concat([Buffer.from([0, 1, 1]), Buffer.alloc(32, client)])

const MINE = dhcid(1)
const THEIRS = dhcid(2)
const V4 = ipv4('192.0.2.101')
const V6 = Buffer.concat([
  Buffer.from([0x20, 0x01, 0x0d, 0xb8]),
  Buffer.alloc(11),
  Buffer.from([1]),
])

/** RFC 4703 §5.3.1 */
const claim = (service: TestService, id: Buffer, address: Buffer): Promise<Effect> =>
  effectOf(
    service,
    [unused(HOST)],
    [add(HOST, Type.A, 1200, address), add(HOST, Type.DHCID, 1200, id)],
  )

/** RFC 4703 §5.3.2 */
const renew = (service: TestService, id: Buffer, type: number, address: Buffer): Promise<Effect> =>
  effectOf(
    service,
    [inUse(HOST), equals(HOST, Type.DHCID, id)],
    [deleteRrset(HOST, type), add(HOST, type, 1200, address)],
  )

/** RFC 4703 §5.5, first the address and then the name if it has no other. */
const release = (
  service: TestService,
  id: Buffer,
  type: number,
  address: Buffer,
): Promise<Effect> =>
  effectOf(service, [equals(HOST, Type.DHCID, id)], [deleteRecord(HOST, type, address)])

const forget = (service: TestService, id: Buffer): Promise<Effect> =>
  effectOf(
    service,
    [equals(HOST, Type.DHCID, id), absent(HOST, Type.A), absent(HOST, Type.AAAA)],
    [deleteName(HOST)],
  )

t.test('RFC 4703 §5.3.1 a client takes a name that nobody has', async (t) => {
  const service = new TestService()
  const effect = await claim(service, MINE, V4)
  t.equal(effect.rcode, 'NOERROR')
  t.equal(effect.came.length, 2)
  const [answer] = (await find(service, HOST, Type.A)).answers
  t.equal(answer, 'laptop.dyn.example 1200 A 192.0.2.101')
})

t.test('RFC 4703 §5.3.2 a client that is told YXDOMAIN renews by its DHCID', async (t) => {
  const service = new TestService()
  await claim(service, MINE, V4)
  t.same(await claim(service, MINE, ipv4('192.0.2.102')), nothing('YXDOMAIN', 11))
  t.same(await renew(service, MINE, Type.A, ipv4('192.0.2.102')), {
    rcode: 'NOERROR',
    serial: 12,
    gone: ['laptop.dyn.example. 1200 IN A 192.0.2.101'],
    came: ['laptop.dyn.example. 1200 IN A 192.0.2.102'],
  })
})

t.test('RFC 4703 §5.3.3 a client with another DHCID does not get the name', async (t) => {
  const service = new TestService()
  await claim(service, MINE, V4)
  const address = ipv4('192.0.2.103')
  t.same(await claim(service, THEIRS, address), nothing('YXDOMAIN', 11))
  t.same(await renew(service, THEIRS, Type.A, address), nothing('NXRRSET', 11))
  t.same(await release(service, THEIRS, Type.A, V4), nothing('NXRRSET', 11))
  t.same(await forget(service, THEIRS), nothing('YXRRSET', 11), 'sets are compared last')
})

t.test("RFC 4703 §5.3.2 a name without DHCID is an administrator's", async (t) => {
  const service = new TestService(`${ZONE_TEXT}\nlaptop IN A 192.0.2.20\n`)
  t.same(await claim(service, MINE, V4), nothing('YXDOMAIN'))
  t.same(await renew(service, MINE, Type.A, V4), nothing('NXRRSET'))
})

t.test('RFC 4703 §5.3.2 a name that has gone meanwhile is NXDOMAIN', async (t) => {
  t.same(await renew(new TestService(), MINE, Type.A, V4), nothing('NXDOMAIN'))
})

t.test('RFC 4703 §5.5 a name goes with its last address', async (t) => {
  const service = new TestService()
  await claim(service, MINE, V4)
  t.equal((await renew(service, MINE, Type.AAAA, V6)).rcode, 'NOERROR', 'both families share it')
  t.equal((await release(service, MINE, Type.A, V4)).gone.length, 1)
  t.same(await forget(service, MINE), nothing('YXRRSET', 13), 'an AAAA is left')
  t.equal((await release(service, MINE, Type.AAAA, V6)).gone.length, 1)
  const effect = await forget(service, MINE)
  t.equal(effect.gone.length, 1)
  t.same(await find(service, HOST, Type.A), { rcode: 'NXDOMAIN', answers: [] })
})

t.test('RFC 4703 §5.4 the reverse name is exchanged whole', async (t) => {
  const service = new TestService()
  const reverse = '101.dyn.example.'
  const claimed = [MINE, THEIRS].map((id) => [
    deleteRrset(reverse, Type.PTR),
    deleteRrset(reverse, Type.DHCID),
    add(reverse, Type.PTR, 1200, wireName(HOST)),
    add(reverse, Type.DHCID, 1200, id),
  ])
  for (const changes of claimed) {
    t.equal((await effectOf(service, [], changes)).rcode, 'NOERROR')
  }
  const effect = await effectOf(
    service,
    [equals(reverse, Type.PTR, wireName('LAPTOP.dyn.example.'))],
    [deleteName(reverse)],
  )
  t.equal(effect.gone.length, 2)
})
