/** Kea's DHCP-DDNS server tells a livezone of leases, and of who owns their names (RFC 4703). */
import { createSocket } from 'node:dgram'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { clientConfig } from '../support/client-docs.ts'
import { Daemon } from '../support/daemon.ts'
import { dhcidOf } from '../support/dhcid.ts'
import { dhcpLivezone } from '../support/dhcp-livezone.ts'
import { digAllRecords, digRecords } from '../support/dig.ts'
import type { Livezone } from '../support/livezone.ts'
import { freePort } from '../support/peer.ts'
import { skipWithout } from '../support/tools.ts'

const LAPTOP = 'laptop.dyn.example.'
const LAPTOP_DUID = '000100010a0b0c0d0e0f10111213'
const TABLET_DUID = '0001000199999999999999999999'

type Client = 'laptop' | 'tablet'

/** What a DHCP server tells D2, by Kea's names for it. */
interface Lease {
  readonly change: 'add' | 'remove'
  readonly fqdn?: string
  readonly address: string
  readonly client: Client
  readonly checksConflicts?: boolean
}

interface Step extends Lease {
  readonly title: string
  readonly outcome: 'SUCCEEDED' | 'FAILED'
  /** All there is afterwards at the names that the test looks at. */
  readonly then: readonly string[]
}

const dhcid = (client: Client): Buffer =>
  dhcidOf(client === 'laptop' ? LAPTOP_DUID : TABLET_DUID, LAPTOP)

const REVERSE_4 = '2.0.192.in-addr.arpa.'
const REVERSE_6 = `3.${'0.'.repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa.`

const a = (last: number): string => `${LAPTOP} 1300 A 192.0.2.${last}`
const aaaa = `${LAPTOP} 1300 AAAA 2001:db8::3`
const owned = (client: Client): string => `${LAPTOP} 1300 DHCID ${dhcid(client).toString('base64')}`

/** §5.4: the PTR record of an IPv4 lease, which D2 marks with its DHCID too. */
const ptr = (owner: string, client: Client): string[] => [
  `${owner} 1300 DHCID ${dhcid(client).toString('base64')}`,
  `${owner} 1300 PTR ${LAPTOP}`,
]
const ptr4 = (last: number, client: Client): string[] => ptr(`${last}.${REVERSE_4}`, client)
const ptr6 = ptr(REVERSE_6, 'laptop')

const STEPS: readonly Step[] = [
  {
    title: '§5.3.1 a new name gets its address and a DHCID, §5.4 and the address its PTR',
    change: 'add',
    address: '192.0.2.10',
    client: 'laptop',
    outcome: 'SUCCEEDED',
    then: [a(10), owned('laptop'), ...ptr4(10, 'laptop')],
  },
  {
    title: '§5.3.2 the same client renews',
    change: 'add',
    address: '192.0.2.10',
    client: 'laptop',
    outcome: 'SUCCEEDED',
    then: [a(10), owned('laptop'), ...ptr4(10, 'laptop')],
  },
  {
    title: '§5.3.3 another client does not get the name',
    change: 'add',
    address: '192.0.2.11',
    client: 'tablet',
    outcome: 'FAILED',
    then: [a(10), owned('laptop'), ...ptr4(10, 'laptop')],
  },
  {
    title: '§5.2 the same client gets an IPv6 address beside it',
    change: 'add',
    address: '2001:db8::3',
    client: 'laptop',
    outcome: 'SUCCEEDED',
    then: [a(10), aaaa, owned('laptop'), ...ptr4(10, 'laptop'), ...ptr6],
  },
  {
    title: '§5.3.2 the same client moves to another address',
    change: 'add',
    address: '192.0.2.12',
    client: 'laptop',
    outcome: 'SUCCEEDED',
    then: [a(12), aaaa, owned('laptop'), ...ptr4(10, 'laptop'), ...ptr4(12, 'laptop'), ...ptr6],
  },
  {
    title: '§5.5 another client cannot take the name away',
    change: 'remove',
    address: '192.0.2.12',
    client: 'tablet',
    outcome: 'FAILED',
    then: [a(12), aaaa, owned('laptop'), ...ptr4(10, 'laptop'), ...ptr4(12, 'laptop'), ...ptr6],
  },
  {
    // YXRRSET, for there is an AAAA still: D2 2.2 gives up and leaves the PTR.
    title: '§5.5 the first of two leases ends, and its address alone goes',
    change: 'remove',
    address: '192.0.2.12',
    client: 'laptop',
    outcome: 'FAILED',
    then: [aaaa, owned('laptop'), ...ptr4(10, 'laptop'), ...ptr4(12, 'laptop'), ...ptr6],
  },
  {
    title: '§5.5 the last lease ends, and the name and its PTR go',
    change: 'remove',
    address: '2001:db8::3',
    client: 'laptop',
    outcome: 'SUCCEEDED',
    then: [...ptr4(10, 'laptop'), ...ptr4(12, 'laptop')],
  },
  {
    title: '§5.3.1 another client gets the name now, §5.4 and the address another owner',
    change: 'add',
    address: '192.0.2.10',
    client: 'tablet',
    outcome: 'SUCCEEDED',
    then: [
      `${LAPTOP} 1300 A 192.0.2.10`,
      owned('tablet'),
      ...ptr4(10, 'tablet'),
      ...ptr4(12, 'laptop'),
    ],
  },
  {
    title: 'without conflict resolution whoever comes last gets the name',
    change: 'add',
    address: '192.0.2.12',
    client: 'laptop',
    checksConflicts: false,
    outcome: 'SUCCEEDED',
    then: [a(12), owned('laptop'), ...ptr4(10, 'tablet'), ...ptr4(12, 'laptop')],
  },
  {
    title: '§5.3.3 a name without a DHCID is no lease of anybody',
    change: 'add',
    fqdn: 'printer.dyn.example.',
    address: '192.0.2.13',
    client: 'laptop',
    outcome: 'FAILED',
    then: [a(12), owned('laptop'), ...ptr4(10, 'tablet'), ...ptr4(12, 'laptop')],
  },
]

/** The NameChangeRequest that a DHCP server sends: JSON after its length in two octets. */
const tell = async (port: number, lease: Lease): Promise<void> => {
  const json = JSON.stringify({
    'change-type': lease.change === 'add' ? 0 : 1,
    'forward-change': true,
    'reverse-change': true,
    fqdn: lease.fqdn ?? LAPTOP,
    'ip-address': lease.address,
    dhcid: dhcid(lease.client).toString('hex').toUpperCase(),
    'lease-expires-on': '20991231235959',
    'lease-length': 1300,
    'use-conflict-resolution': lease.checksConflicts ?? true,
  })
  const length = Buffer.alloc(2)
  length.writeUInt16BE(json.length)
  const socket = createSocket('udp4')
  await new Promise((sent) => {
    socket.send([length, Buffer.from(json)], port, '127.0.0.1', sent)
  })
  socket.close()
}

/** D2 on a port of its own; it will say when it listens there. */
const startD2 = (server: Livezone, port: number): Daemon => {
  const file = join(server.folder, 'kea-dhcp-ddns.conf')
  const config = clientConfig('kea-dhcp-ddns.conf', server)
    .replace('"DhcpDdns": {', `"DhcpDdns": { "port": ${port},`)
    .replace('"INFO"', '"DEBUG"')
    // What it sends again is no longer what it was.
    .replace('"dns-server-timeout": 2000', '"dns-server-timeout": 60000')
  writeFileSync(file, config)
  return new Daemon('/usr/sbin/kea-dhcp-ddns', ['-c', file], {
    KEA_PIDFILE_DIR: server.folder,
    KEA_LOCKFILE_DIR: server.folder,
  })
}

const skip = skipWithout('/usr/sbin/kea-dhcp-ddns', 'dig')

t.test('Kea D2 keeps names, their owners and PTR records', { skip }, async (t) => {
  const server = dhcpLivezone(t.testdir())
  await server.start()
  t.teardown(() => server.stop())
  const port = await freePort()
  const d2 = startD2(server, port)
  t.teardown(() => d2.stop())
  await d2.printed(/DHCP_DDNS_QUEUE_MGR_STARTED/)
  for (const [index, step] of STEPS.entries()) {
    await t.test(`RFC 4703 ${step.title}`, async (t) => {
      await tell(port, step)
      await d2.printed(/DHCP_DDNS_(ADD|REMOVE)_(SUCCEEDED|FAILED) /, index + 1)
      const outcomes = [...d2.output.matchAll(/DHCP_DDNS_(?:ADD|REMOVE)_(SUCCEEDED|FAILED) /g)]
      t.equal(outcomes.at(-1)?.[1], step.outcome)
      const names = [LAPTOP, `10.${REVERSE_4}`, `12.${REVERSE_4}`, REVERSE_6]
      // dig asks for ANY over TCP, and so gets everything.
      const seen = await digAllRecords(server, names, 'ANY')
      t.strictSame(
        seen.map((line) => line.replace(/(?<= DHCID .*) /g, '')).sort(),
        [...step.then].sort(),
      )
      t.strictSame(await digRecords(server, `11.${REVERSE_4}`, 'PTR'), [])
    })
  }
  t.strictSame(await digRecords(server, 'printer.dyn.example.', 'ANY'), [
    'printer.dyn.example. 3600 A 192.0.2.2',
  ])
})
