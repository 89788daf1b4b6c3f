/** ISC dhcpd tells a livezone of leases. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { dhcpLivezone } from '../support/dhcp-livezone.ts'
import { replay, type Part, type Turn } from '../support/replay.ts'
import { skipWithout } from '../support/tools.ts'

/** Of networks and of processes: whatever is left there ends with it. */
const NAMESPACE = [
  ...['--map-root-user', '--net'],
  ...['--pid', '--fork', '--kill-child', '--mount-proc'],
]

/** Containers often may not; then the messages below, which are the same, must do. */
const { status } = spawnSync('unshare', [...NAMESPACE, 'ip', 'link', 'add', 'type', 'veth'])
const NOT_FOUND = 127
const mayNot =
  status === 0 || status === NOT_FOUND ? false : 'this system lets us have no namespaces'

const skip =
  skipWithout('/usr/sbin/dhcpd', '/usr/sbin/dhclient', 'ip', 'unshare', 'nsenter', 'dig') || mayNot

const program = fileURLToPath(new URL('dhcpd-in-namespace.js', import.meta.url))

t.spawn(
  'unshare',
  [...NAMESPACE, process.execPath, program],
  { skip, timeout: 300_000 },
  'dhcpd and dhclient in a network of their own',
)

const NAME = 'laptop.dyn.example.'
const PTR = '100.2.0.192.in-addr.arpa.'
const GUARD_4 = 'AAEBEDcNDE+jBlMJoe3VO5FAIdihUfe1bYEwl3vcE2M9vlc='
const OTHER_4 = 'AAEBv3Zdwi0zdCPtCNmvOxPEQ1uJrdMlhbSa3TncGpfg42M='
const GUARD_6 = '"02d314c71c4aeb6b624016732a0daf0299"'

const A = `${NAME} 3600 A 192.0.2.100`
const DHCID = `${NAME} 3600 DHCID ${GUARD_4}`
const AAAA = `${NAME} 3600 AAAA 2001:db8::199`
const TXT = `${NAME} 3600 TXT ${GUARD_6}`
const MOVED = `${NAME} 3600 AAAA 2001:db8::19a`

interface Message {
  readonly title: string
  readonly parts: readonly Part[]
  readonly rcode: string
  /** All there is at the name then. */
  readonly then: readonly string[]
}

/** What dhcpd -4 (standard) and dhcpd -6 (interim) say in mixed mode, one after the other. */
const MESSAGES: readonly Message[] = [
  {
    title: '§2.4.5 a name that nobody uses gets an address and its guard',
    parts: [
      ['absent', NAME],
      ['add', NAME, 3600, 'A', '192.0.2.100'],
      ['add', NAME, 3600, 'DHCID', GUARD_4],
    ],
    rcode: 'NOERROR',
    then: [A, DHCID],
  },
  {
    title: '§2.4.5 for the other family it is in use',
    parts: [
      ['absent', NAME],
      ['add', NAME, 3600, 'AAAA', '2001:db8::199'],
      ['add', NAME, 3600, 'TXT', GUARD_6],
    ],
    rcode: 'YXDOMAIN',
    then: [A, DHCID],
  },
  {
    title: '§2.4.2 and not by a guard of that family',
    parts: [
      ['present', NAME, 'TXT', GUARD_6],
      ['delete', NAME, 'AAAA'],
      ['add', NAME, 3600, 'AAAA', '2001:db8::199'],
    ],
    rcode: 'NXRRSET',
    then: [A, DHCID],
  },
  {
    title:
      '§2.4.3 §2.4.1 but there is no address of the family, no guard of it, and the other guard',
    parts: [
      ['absent', NAME, 'AAAA'],
      ['absent', NAME, 'TXT'],
      ['present', NAME, 'DHCID'],
      ['add', NAME, 3600, 'AAAA', '2001:db8::199'],
      ['add', NAME, 3600, 'TXT', GUARD_6],
    ],
    rcode: 'NOERROR',
    then: [A, AAAA, DHCID, TXT],
  },
  {
    title: '§2.4.2 the same client moves',
    parts: [
      ['present', NAME, 'TXT', GUARD_6],
      ['delete', NAME, 'AAAA'],
      ['add', NAME, 3600, 'AAAA', '2001:db8::19a'],
    ],
    rcode: 'NOERROR',
    then: [A, MOVED, DHCID, TXT],
  },
  {
    title: '§2.4.2 the guard of another client is not there',
    parts: [
      ['present', NAME, 'DHCID', OTHER_4],
      ['delete', NAME, 'A'],
      ['add', NAME, 3600, 'A', '192.0.2.101'],
    ],
    rcode: 'NXRRSET',
    then: [A, MOVED, DHCID, TXT],
  },
  {
    title: '§2.4.3 and there is an address of its family',
    parts: [
      ['absent', NAME, 'A'],
      ['absent', NAME, 'DHCID'],
      ['present', NAME, 'TXT'],
      ['add', NAME, 3600, 'A', '192.0.2.101'],
      ['add', NAME, 3600, 'DHCID', OTHER_4],
    ],
    rcode: 'YXRRSET',
    then: [A, MOVED, DHCID, TXT],
  },
  {
    title: '§2.5.4 the address of a lease that ends goes',
    parts: [
      ['present', NAME, 'DHCID', GUARD_4],
      ['delete', NAME, 'A', '192.0.2.100'],
    ],
    rcode: 'NOERROR',
    then: [MOVED, DHCID, TXT],
  },
  {
    title: '§2.4.3 its guard goes, for there is no other address of the family',
    parts: [
      ['absent', NAME, 'A'],
      ['delete', NAME, 'DHCID', GUARD_4],
    ],
    rcode: 'NOERROR',
    then: [MOVED, TXT],
  },
  {
    title: '§2.4.3 the other guard does not go while its address is there',
    parts: [
      ['absent', NAME, 'AAAA'],
      ['delete', NAME, 'TXT', GUARD_6],
    ],
    rcode: 'YXRRSET',
    then: [MOVED, TXT],
  },
  {
    title: '§2.5.4 the last address goes',
    parts: [
      ['present', NAME, 'TXT', GUARD_6],
      ['delete', NAME, 'AAAA', '2001:db8::19a'],
    ],
    rcode: 'NOERROR',
    then: [TXT],
  },
  {
    title: '§2.5.4 and the last guard',
    parts: [
      ['absent', NAME, 'AAAA'],
      ['delete', NAME, 'TXT', GUARD_6],
    ],
    rcode: 'NOERROR',
    then: [],
  },
]

const skipReplay = skipWithout('/usr/bin/python3')

t.test('RFC 2136 the messages of dhcpd in mixed mode', { skip: skipReplay }, async (t) => {
  const server = dhcpLivezone(t.testdir())
  await server.start()
  t.teardown(() => server.stop())
  const look = ['A', 'AAAA', 'DHCID', 'TXT'].map((type) => [NAME, type] as const)
  const turns = MESSAGES.map(({ parts }) => ({ update: { over: 'udp', parts }, look }) as const)
  const outcomes = await replay(server, turns)
  for (const [index, { title, rcode, then }] of MESSAGES.entries()) {
    t.equal(outcomes[index]?.rcode, rcode, title)
    t.strictSame(
      outcomes[index]?.looked.flatMap(({ answer }) =>
        answer.map((text) => text.replace(/(?<= DHCID .*) /g, '')),
      ),
      then,
      title,
    )
  }
  t.equal(outcomes.at(-1)?.looked[0]?.rcode, 'NXDOMAIN')
})

t.test(
  'RFC 2136 §2.5.2 dhcpd replaces and deletes PTR records',
  { skip: skipReplay },
  async (t) => {
    const server = dhcpLivezone(t.testdir())
    await server.start()
    t.teardown(() => server.stop())
    const turn = (...parts: Part[]): Turn => ({
      update: { over: 'udp', zone: '2.0.192.in-addr.arpa.', parts },
      look: [[PTR, 'PTR']],
    })
    const outcomes = await replay(server, [
      turn(['delete', PTR, 'PTR'], ['add', PTR, 3600, 'PTR', NAME]),
      turn(['delete', PTR, 'PTR'], ['add', PTR, 1800, 'PTR', 'tablet.dyn.example.']),
      turn(['delete', PTR, 'PTR']),
    ])
    t.strictSame(
      outcomes.map(({ rcode, looked }) => [rcode, ...(looked[0]?.answer ?? [])]),
      [
        ['NOERROR', `${PTR} 3600 PTR ${NAME}`],
        ['NOERROR', `${PTR} 1800 PTR tablet.dyn.example.`],
        ['NOERROR'],
      ],
    )
  },
)
