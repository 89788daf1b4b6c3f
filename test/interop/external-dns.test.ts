/**
 * The messages of external-dns: over TCP, records and the TXT records of its registry beside them; and
 * the transfer by which it lists what there is.
 */
import t from 'tap'
import { Livezone, TRANSFER_CONFIG } from '../support/livezone.ts'
import { replay, type Part, type Turn } from '../support/replay.ts'
import { skipWithout } from '../support/tools.ts'
import { transferFrom } from '../support/transfers.ts'

const APP = 'app.dyn.example.'
const ALIAS = 'shop.dyn.example.'
const OWNER =
  '"heritage=external-dns,external-dns/owner=cluster-1,external-dns/resource=ingress/default/app"'

/** The registry's records are at names of their own, with TTL 0, for none is configured. */
const registered = (name: string, type: string): Part => ['add', `${type}-${name}`, 0, 'TXT', OWNER]
const unregistered = (name: string, type: string): Part => [
  'delete',
  `${type}-${name}`,
  'TXT',
  OWNER,
]

const LOOK: Turn['look'] = [
  [APP, 'A'],
  [APP, 'AAAA'],
  [`a-${APP}`, 'TXT'],
  [`aaaa-${APP}`, 'TXT'],
  [ALIAS, 'CNAME'],
  [`cname-${ALIAS}`, 'TXT'],
]

/** What it sends, and all that there is at those names then. */
const SYNCS: readonly { title: string; parts: readonly Part[]; then: readonly string[] }[] = [
  {
    title: 'creates records and their registry in one message',
    parts: [
      ['add', APP, 300, 'A', '192.0.2.1'],
      ['add', APP, 300, 'A', '192.0.2.2'],
      ['add', APP, 300, 'AAAA', '2001:db8::1'],
      ['add', ALIAS, 300, 'CNAME', APP],
      registered(APP, 'a'),
      registered(APP, 'aaaa'),
      registered(ALIAS, 'cname'),
    ],
    then: [
      `${APP} 300 A 192.0.2.1`,
      `${APP} 300 A 192.0.2.2`,
      `${APP} 300 AAAA 2001:db8::1`,
      `a-${APP} 0 TXT ${OWNER}`,
      `aaaa-${APP} 0 TXT ${OWNER}`,
      `${ALIAS} 300 CNAME ${APP}`,
      `cname-${ALIAS} 0 TXT ${OWNER}`,
    ],
  },
  {
    title: 'creates the same again, as it does when it cannot list the zone',
    parts: [['add', APP, 300, 'A', '192.0.2.1'], registered(APP, 'a')],
    then: [
      `${APP} 300 A 192.0.2.1`,
      `${APP} 300 A 192.0.2.2`,
      `${APP} 300 AAAA 2001:db8::1`,
      `a-${APP} 0 TXT ${OWNER}`,
      `aaaa-${APP} 0 TXT ${OWNER}`,
      `${ALIAS} 300 CNAME ${APP}`,
      `cname-${ALIAS} 0 TXT ${OWNER}`,
    ],
  },
  {
    title: 'updates: deletes each old record and adds the new ones, in one message',
    parts: [
      ['delete', APP, 'A', '192.0.2.1'],
      ['delete', APP, 'A', '192.0.2.2'],
      ['add', APP, 60, 'A', '192.0.2.2'],
      ['add', APP, 60, 'A', '192.0.2.3'],
      ['delete', ALIAS, 'CNAME', APP],
      ['add', ALIAS, 300, 'CNAME', 'elsewhere.example.'],
      unregistered(APP, 'a'),
      registered(APP, 'a'),
    ],
    then: [
      `${APP} 60 A 192.0.2.2`,
      `${APP} 60 A 192.0.2.3`,
      `${APP} 300 AAAA 2001:db8::1`,
      `a-${APP} 0 TXT ${OWNER}`,
      `aaaa-${APP} 0 TXT ${OWNER}`,
      `${ALIAS} 300 CNAME elsewhere.example.`,
      `cname-${ALIAS} 0 TXT ${OWNER}`,
    ],
  },
  {
    title: 'deletes record by record',
    parts: [
      ['delete', APP, 'A', '192.0.2.2'],
      ['delete', APP, 'A', '192.0.2.3'],
      unregistered(APP, 'a'),
      ['delete', ALIAS, 'CNAME', 'elsewhere.example.'],
      unregistered(ALIAS, 'cname'),
    ],
    then: [`${APP} 300 AAAA 2001:db8::1`, `aaaa-${APP} 0 TXT ${OWNER}`],
  },
]

const skip = skipWithout('/usr/bin/python3')

const server = new Livezone(t.testdir(), TRANSFER_CONFIG)
t.before(() => server.start())
t.teardown(() => server.stop())

t.test('external-dns keeps records and who owns them', { skip }, async (t) => {
  const turns = SYNCS.map(({ parts }) => ({ update: { over: 'tcp', parts }, look: LOOK }) as const)
  const outcomes = await replay(server, turns)
  for (const [index, { title, then }] of SYNCS.entries()) {
    const outcome = outcomes[index]
    t.equal(outcome?.rcode, 'NOERROR', title)
    t.strictSame(
      outcome?.looked.flatMap(({ answer }) => answer),
      then,
      title,
    )
  }
  await t.resolves(
    server.logged(/update changed nothing/),
    'what is sent again is not written again',
  )
})

t.test(
  'RFC 8945 §5.3.1 external-dns lists by AXFR and wants a signature on every message',
  { skip },
  async (t) => {
    const many = Array.from({ length: 40 }, (_, batch) =>
      Array.from({ length: 25 }, (_, n): Part => {
        const text = `"heritage=external-dns,external-dns/owner=cluster-1,n=${'x'.repeat(60)}"`
        return ['add', `r${batch}-${n}.dyn.example.`, 0, 'TXT', text]
      }),
    )
    const turns = many.map((parts) => ({ update: { over: 'tcp', parts }, look: [] }) as const)
    for (const { rcode } of await replay(server, turns)) t.equal(rcode, 'NOERROR')
    const key = { name: 'ddns-key.', secret: server.secret }
    const listed = await transferFrom(server.port, 'dyn.example.', key)
    t.ok(listed.messages > 3, `${listed.messages} messages`)
    t.equal(listed.signed, listed.messages)
    const found = listed.records.filter((record) => /^r\d+-\d+\.dyn\.example\. 0 TXT /.test(record))
    t.equal(found.length, 1000)
  },
)

t.test('RFC 2136 §3.4.2.2 a TXT record beside a CNAME is left out', { skip }, async (t) => {
  // Old releases put the registry's record at the name itself.
  const parts: Part[] = [
    ['add', ALIAS, 300, 'CNAME', APP],
    ['add', ALIAS, 0, 'TXT', OWNER],
    ['add', APP, 300, 'A', '192.0.2.1'],
    ['add', APP, 0, 'TXT', OWNER],
  ]
  const look = [
    [ALIAS, 'CNAME'],
    [APP, 'A'],
    [APP, 'TXT'],
  ] as const
  const [outcome] = await replay(server, [{ update: { over: 'tcp', parts }, look }])
  t.equal(outcome?.rcode, 'NOERROR')
  t.strictSame(
    outcome?.looked.map(({ answer }) => answer),
    [[`${ALIAS} 300 CNAME ${APP}`], [`${APP} 300 A 192.0.2.1`], [`${APP} 0 TXT ${OWNER}`]],
  )
  await t.resolves(server.logged(/"ignored":\["shop\.dyn\.example\. /), 'and the log says so')
})

t.test('external-dns sends what no --rfc2136-zone is for to the root', { skip }, async (t) => {
  const parts: Part[] = [['add', 'lost.dyn.example.', 300, 'A', '192.0.2.1']]
  const update = { over: 'tcp', zone: '.', parts } as const
  const [outcome] = await replay(server, [{ update, look: [['lost.dyn.example.', 'A']] }])
  t.equal(outcome?.rcode, 'NOTAUTH')
  t.equal(outcome?.looked[0]?.rcode, 'NXDOMAIN')
})
