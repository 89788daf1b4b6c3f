/** The servers of a zone's NS records: which they are, where they are found, and that they are told. */
import t from 'tap'
import { Notified, peer, type Told } from '../support/notified.ts'
import { a, change, ns, put, remove, txt } from '../support/records.ts'
import { NameServers } from '../../src/transfer/name-servers.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { FakeClock } from '../support/clock.ts'
import { loadZone } from '../support/service.ts'

const ZONE = `
$TTL 3600
@    IN SOA NS1.dyn.example. hostmaster.dyn.example. 10 7200 900 604800 300
@    IN NS  ns1
@    IN NS  ns2
@    IN NS  ns3.example.net.
ns1  IN A   192.0.2.1
ns2  IN A   192.0.2.2
ns2  IN AAAA 2001:db8::2
`

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const addresses = (told: readonly Told[]): string[] =>
  told.map(({ to }) => `${to.address}#${to.port}`).sort()

const started = async (
  hosts: readonly (readonly [string, readonly string[]])[] = [],
  zone = ZONE,
  peers = [peer('198.51.100.1', 5300)],
): Promise<Notified> => {
  const server = new Notified(peers, zone, true)
  for (const [host, found] of hosts) server.hosts.set(host, found)
  await settled()
  await settled()
  return server
}

const NS3 = ['ns3.example.net.', ['203.0.113.3', '2001:db8::3']] as const

t.test(
  'RFC 1996 §3.3 all servers but the primary of the SOA are told, wherever they are found',
  async (t) => {
    const server = await started([NS3])
    t.strictSame(addresses(server.pass(500)), [
      '192.0.2.2#53',
      '198.51.100.1#5300',
      '2001:db8::2#53',
      '2001:db8::3#53',
      '203.0.113.3#53',
    ])
    t.strictSame(server.lookedUp, ['ns3.example.net.'], 'what is in our zone is looked up there')
  },
)

t.test('we ourselves are not told, and what was configured is told once', async (t) => {
  const hosts = [['ns3.example.net.', ['192.0.2.200', '203.0.113.3']]] as const
  const server = await started(hosts, ZONE, [peer('203.0.113.3'), peer('192.0.2.2', 5300)])
  t.strictSame(addresses(server.pass(500)), [
    '192.0.2.2#53',
    '192.0.2.2#5300',
    '2001:db8::2#53',
    '203.0.113.3#53',
  ])
})

t.test(
  'a server that is added is told, and one that is taken away is not told any more',
  async (t) => {
    const server = await started([NS3], ZONE, [])
    server.pass(500)
    await change(server.store, server.view, (draft) => {
      put(draft, a('ns4.dyn.example.', '192.0.2.4'))
      put(draft, ns('dyn.example.', 'ns4.dyn.example.'))
      remove(draft, 'ns2.dyn.example.')
    })
    await settled()
    server.pass(70_000)
    await change(server.store, server.view, (draft) => {
      put(draft, txt('x.dyn.example.', 'x'))
    })
    t.strictSame(
      addresses(server.pass(120_000)).filter((one) => one.startsWith('192')).length > 0,
      true,
    )
    t.notOk(addresses(server.pass(120_000)).includes('192.0.2.2#53'))
  },
)

t.test('a host that is not found is looked for again, and keeps what it had', async (t) => {
  const server = await started()
  t.strictSame(addresses(server.pass(100)), ['192.0.2.2#53', '198.51.100.1#5300', '2001:db8::2#53'])
  server.hosts.set(...NS3)
  loadZone(server.store, 'dyn.example.', ZONE)
  await settled()
  t.equal(server.lookedUp.length, 1, 'not at once')
  server.clock.milliseconds += 300_001
  loadZone(server.store, 'dyn.example.', ZONE)
  await settled()
  t.equal(server.lookedUp.length, 2)
  t.ok(addresses(server.pass(100)).includes('203.0.113.3#53'))
  server.hosts.clear()
  server.pass(3_600_000)
  await settled()
  t.equal(server.lookedUp.length, 3, 'an hour later')
  await server.change()
  t.ok(addresses(server.pass(1000)).includes('203.0.113.3#53'))
})

t.test('a zone that tells its servers no more forgets them', async (t) => {
  const server = await started([NS3])
  server.pass(500)
  const { view } = server
  server.notifier.configure([{ view, peers: [], withNameServers: false }])
  await server.change()
  t.strictSame(server.pass(600_000), [])
  server.notifier.configure([{ view, peers: [], withNameServers: true }])
  server.notifier.configure([])
  await settled()
  t.strictSame(server.pass(600_000), [], 'what is found after that is not told')
})

t.test('of a host eight addresses are told, of a zone sixteen hosts', async (t) => {
  const names = Array.from({ length: 20 }, (_, n) => `n${n}.example.net.`)
  const hosts = names.map(
    (host, n) => [host, Array.from({ length: 9 }, (_, i) => `203.0.${n}.${i}`)] as const,
  )
  const zone = ZONE + names.map((host) => `@ IN NS ${host}\n`).join('')
  const server = new Notified([], zone, true)
  for (const [host, found] of hosts) server.hosts.set(host, found)
  for (let i = 0; i < 40; i++) await settled()
  t.ok(server.lookedUp.length <= 16)
  t.equal(new Set(addresses(server.pass(500))).size, 64, 'and of all 64')
})

t.test('of hosts elsewhere only so many are remembered', async (t) => {
  const view = loadZone(
    new MemoryStore(new FakeClock()),
    'dyn.example.',
    `${ZONE}@ IN NS ns4.example.net.\n`,
  )
  const asked: string[] = []
  const resolve = (host: string): Promise<readonly string[]> => {
    asked.push(host)
    return Promise.resolve([])
  }
  const few = new NameServers(
    resolve,
    () => undefined,
    () => 0,
    2,
  )
  await few.addressesOf(view)
  await few.addressesOf(view)
  t.ok(asked.length > 3, 'some are asked for again')
})
