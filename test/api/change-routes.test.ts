/** Changing records by the API: RFC 2136 decides, in the words that it has over DNS. */
import t from 'tap'
import { StoreError } from '../../src/zone/zone.ts'
import { TestApi } from '../support/api.ts'
import type { Answered } from '../support/api-contract.ts'
import { name, ruleFor } from '../support/service.ts'
import { DYN_ZONE } from '../support/web.ts'

const PATH = '/zones/dyn.example./changes'
const WWW = { name: 'www.dyn.example.', type: 'A' }
const HOME = { name: 'home.dyn.example.', type: 'A' }
const add = (rdata: string, at = WWW) => ({ op: 'add', ...at, ttl: 60, rdata })

t.test(
  'a set of changes is made as a whole, with its author in the history and the log',
  async (t) => {
    const api = new TestApi(t)
    const mx = {
      op: 'add',
      name: 'www.dyn.example.',
      type: 'MX',
      ttl: 60,
      rdata: '10 ns1.dyn.example.',
    }
    const changes = [add('192.0.2.1'), add('192.0.2.2'), mx]
    t.strictSame(await api.admins('POST', PATH, { changes }).then(({ body }) => body), {
      zone: 'dyn.example.',
      serial: 11,
      changed: true,
      dryRun: false,
      removed: [],
      added: [
        'www.dyn.example. 60 IN A 192.0.2.1',
        'www.dyn.example. 60 IN A 192.0.2.2',
        'www.dyn.example. 60 IN MX 10 ns1.dyn.example.',
      ],
      ignored: [],
      hidden: [],
    })
    t.match(api.web.journal(), [
      {
        author: { principal: 'operator:ci', source: /^203\.0\.113\.77#/, transport: 'http' },
        grants: ['changes by the API'],
      },
    ])
    t.match(api.lines, [
      { message: 'update committed', fields: { principal: 'operator:ci', serialAfter: 11 } },
    ])
    const deletions = [
      { op: 'delete', ...WWW, rdata: '192.0.2.1' },
      { op: 'deleteRrset', name: 'www.dyn.example.', type: 'MX' },
    ]
    await api.admins('POST', PATH, { changes: deletions })
    t.strictSame(api.web.records('www.dyn.example.'), ['60 A 192.0.2.2'])
    const replaced = [{ op: 'setRrset', ...WWW, ttl: 30, records: ['192.0.2.3', '192.0.2.4'] }]
    t.match(await api.admins('POST', PATH, { changes: replaced }), { headers: { etag: '"13"' } })
    t.strictSame(api.web.records('www.dyn.example.'), ['30 A 192.0.2.3', '30 A 192.0.2.4'])
    await api.admins('POST', PATH, { changes: [{ op: 'deleteName', name: 'www.dyn.example.' }] })
    t.strictSame(api.web.records('www.dyn.example.'), [])
  },
)

t.test('a change of what is so already changes nothing, and raises no serial', async (t) => {
  const api = new TestApi(t)
  const changes = [{ op: 'deleteName', name: 'none.dyn.example.' }]
  t.match(await api.admins('POST', PATH, { changes }), {
    status: 200,
    headers: { etag: '"10"' },
    body: { serial: 10, changed: false, removed: [], added: [] },
  })
})

t.test('RFC 2136 §2.4 prerequisites of all five kinds', async (t) => {
  const api = new TestApi(t)
  await api.admins('POST', PATH, { changes: [add('192.0.2.1'), add('192.0.2.2')] })
  const ask = async (prerequisite: object): Promise<unknown> => {
    const body = { prerequisites: [prerequisite], changes: [add('192.0.2.1')] }
    const { status, body: answered } = await api.admins('POST', PATH, body)
    return status === 412 ? (answered as { rcode: string }).rcode : status
  }
  const none = { name: 'none.dyn.example.', type: 'A' }
  t.equal(await ask({ op: 'rrsetExists', ...WWW }), 200)
  t.equal(await ask({ op: 'rrsetExists', ...none }), 'NXRRSET')
  t.equal(await ask({ op: 'rrsetEquals', ...WWW, records: ['192.0.2.2', '192.0.2.1'] }), 200)
  t.equal(await ask({ op: 'rrsetEquals', ...WWW, records: ['192.0.2.2'] }), 'NXRRSET')
  t.equal(await ask({ op: 'rrsetAbsent', ...none }), 200)
  t.equal(await ask({ op: 'rrsetAbsent', ...WWW }), 'YXRRSET')
  t.equal(await ask({ op: 'nameInUse', name: WWW.name }), 200)
  t.equal(await ask({ op: 'nameInUse', name: none.name }), 'NXDOMAIN')
  t.equal(await ask({ op: 'nameUnused', name: none.name }), 200)
  t.equal(await ask({ op: 'nameUnused', name: WWW.name }), 'YXDOMAIN')
})

t.test('the zone may have to be at a serial, by If-Match or in the body', async (t) => {
  const api = new TestApi(t)
  const post = (ifMatch: string, more: object = {}): Promise<Answered> =>
    api.ask(api.admin, 'POST', PATH, {
      body: { changes: [add('192.0.2.1')], dryRun: true, ...more },
      headers: { 'if-match': ifMatch },
    })
  t.match(await post('"10"'), { status: 200 })
  t.match(await post('*'), { status: 200 })
  t.match(await post('', { ifSerial: 10 }), { status: 200 })
  t.match(await post('"9"'), {
    status: 412,
    body: {
      rcode: 'NXRRSET',
      detail: 'prerequisite not met: dyn.example. has serial 10, and not 9',
    },
  })
  t.match(await post('"10"', { ifSerial: 4294967295 }), { status: 412 }, 'the body is asked first')
  t.match(await post('W/"10"'), { status: 400 })
})

t.test('a dry run says what would be, changes nothing, and is in no log', async (t) => {
  const api = new TestApi(t)
  const dry = (changes: object[], token = api.admin) =>
    api.ask(token, 'POST', PATH, { body: { changes, dryRun: true } })
  t.match(await dry([add('192.0.2.1')]), {
    status: 200,
    body: { serial: 11, changed: true, dryRun: true, added: { length: 1 } },
  })
  t.match(await dry([add('192.0.2.1')], api.owner), { status: 403 })
  t.equal(api.web.serial(), 10)
  t.strictSame(api.lines, [])
  t.strictSame(api.rejections.latest({ most: 9 }), [])
})

t.test('an owner changes their own names, and is told why not others, as over DNS', async (t) => {
  const api = new TestApi(t)
  t.match(await api.owners('POST', PATH, { changes: [add('192.0.2.1', HOME)] }), { status: 200 })
  t.match(api.web.journal(), [{ author: { principal: 'token:home' } }])
  const detail =
    'token home may not change A at www.dyn.example.: rule 1 allows it at and below home.dyn.example.'
  const changes = [add('192.0.2.2', HOME), add('192.0.2.2')]
  t.match(await api.owners('POST', PATH, { changes }), {
    status: 403,
    body: { title: 'Forbidden', detail, rcode: 'REFUSED', infoCode: 18 },
  })
  t.equal(api.web.serial(), 11, 'all or nothing')
  t.match(api.lines.at(-1), { message: 'update refused', fields: { reason: detail } })
  t.match(api.rejections.latest({ most: 9, zone: name('dyn.example.') }), [
    {
      principal: 'token:home',
      claimedKey: undefined,
      zone: 'dyn.example.',
      rcode: 'REFUSED',
      reason: detail,
      source: /^203\.0\.113\.77#/,
      transport: 'http',
      changes: [
        'update add home.dyn.example. 60 A 192.0.2.2',
        'update add www.dyn.example. 60 A 192.0.2.2',
      ],
    },
  ])
  t.strictSame(api.rejections.latest({ most: 9, key: name('home.') }), [])
})

t.test('what the operator denies to anyone is denied to owners, and not to admins', async (t) => {
  const api = new TestApi(t)
  const deny = ruleFor(undefined, { deny: true, match: { kind: 'name', name: name(HOME.name) } })
  api.web.addZone('dyn.example.', DYN_ZONE, { rules: [deny] })
  const changes = [add('192.0.2.1', HOME)]
  t.match(await api.owners('POST', PATH, { changes }), { status: 403 })
  t.match(await api.admins('POST', PATH, { changes }), { status: 200 })
})

t.test(
  'an address that reaches nobody is none for an owner, and an admin knows better',
  async (t) => {
    const api = new TestApi(t)
    const changes = [{ ...add('"x"', HOME), type: 'TXT' }, add('127.0.0.1', HOME)]
    t.match(await api.owners('POST', PATH, { changes: changes.slice(1) }), {
      status: 422,
      body: { detail: '127.0.0.1 is a loopback address' },
    })
    t.match(await api.owners('POST', PATH, { changes }), { status: 422 })
    t.match(await api.admins('POST', PATH, { changes }), { status: 200 })
  },
)

t.test('limits and budgets hold for admins, too', async (t) => {
  const api = new TestApi(t)
  const many = Array.from({ length: 101 }, (_, at) => add(`192.0.2.${at}`))
  t.match(await api.admins('POST', PATH, { changes: many }), {
    status: 422,
    body: { rcode: 'REFUSED', detail: 'www.dyn.example.: an RRset has at most 100 records' },
  })
  api.web.addZone('dyn.example.', DYN_ZONE, { mostNames: 2 })
  t.match(await api.admins('POST', PATH, { changes: [add('192.0.2.1')] }), {
    status: 403,
    body: { detail: /^zone dyn\.example\. may have 2 names/ },
  })
})

t.test('RFC 2136 §3.4.1.3 names of another zone are refused', async (t) => {
  const api = new TestApi(t)
  const elsewhere = add('192.0.2.1', { name: 'www.example.', type: 'A' })
  t.match(await api.admins('POST', PATH, { changes: [add('192.0.2.1'), elsewhere] }), {
    status: 422,
    body: { rcode: 'NOTZONE', detail: 'www.example. is not in zone dyn.example.' },
  })
  const prerequisites = [{ op: 'nameUnused', name: 'www.example.' }]
  t.match(await api.admins('POST', PATH, { prerequisites, changes: [add('192.0.2.1')] }), {
    body: { rcode: 'NOTZONE' },
  })
})

t.test('RFC 2136 §3.4.2 what is ignored is said', async (t) => {
  const api = new TestApi(t)
  const changes = [{ op: 'deleteRrset', name: 'dyn.example.', type: 'SOA' }]
  t.match((await api.admins('POST', PATH, { changes })).body, {
    changed: false,
    ignored: ['the SOA of the apex stays'],
  })
})

t.test('all that is no name, TYPE or RDATA is said with its place', async (t) => {
  const api = new TestApi(t)
  const prerequisites = [
    { op: 'rrsetExists', name: 'a..b', type: 'NONE' },
    { op: 'rrsetEquals', ...WWW, records: ['192.0.2.1', 'x'] },
    { op: 'rrsetAbsent', ...WWW, type: 'ANY' },
  ]
  const changes = [
    add('x'),
    { ...add('x'), type: 'TYPE0' },
    { op: 'delete', ...WWW, rdata: '' },
    { op: 'setRrset', ...WWW, type: 'X', ttl: 1, records: ['x'] },
  ]
  const { status, body } = await api.admins('POST', PATH, { prerequisites, changes })
  t.equal(status, 422)
  t.strictSame(
    (body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer),
    [
      ...['/prerequisites/0/name', '/prerequisites/0/type', '/prerequisites/1/records/1'],
      ...['/prerequisites/2/type', '/changes/0/rdata', '/changes/1/type', '/changes/2/rdata'],
      '/changes/3/type',
    ],
  )
  const wrong = Array.from({ length: 30 }, () => add('x'))
  t.match(await api.admins('POST', PATH, { changes: wrong }), { body: { errors: { length: 20 } } })
})

t.test('a secondary zone is changed at its primary', async (t) => {
  const api = new TestApi(t)
  const zone = api.web.zones.get(name('dyn.example.'))
  if (zone === undefined) throw new Error('no zone')
  api.web.zones.add({ ...zone, isSecondary: true })
  t.match(await api.admins('POST', PATH, { changes: [add('192.0.2.1')] }), {
    status: 409,
    body: { detail: /^dyn\.example\. is a secondary zone here: change it at its primary/ },
  })
})

t.test('an owner changes a host as often as by any other way over HTTP', async (t) => {
  const api = new TestApi(t)
  const change = (token: string, last: number) =>
    api.ask(token, 'POST', PATH, { body: { changes: [add(`192.0.2.${last}`, HOME)] } })
  for (let n = 0; n < 6; n++) t.match(await change(api.owner, n), { status: 200 })
  t.match(await change(api.owner, 7), {
    status: 429,
    headers: { 'retry-after': '60' },
    body: { detail: 'too many updates of a host' },
  })
  t.match(await change(api.admin, 7), { status: 200 })
  for (let n = 0; n < 6; n++) {
    const changes = [{ op: 'deleteName', name: 'x.home.dyn.example.' }]
    t.match(await api.owners('POST', PATH, { changes }), { status: 200 })
  }
  const changes = [{ op: 'deleteName', name: 'x.home.dyn.example.' }]
  t.match(await api.owners('POST', PATH, { changes }), { status: 429 })
})

t.test('what an owner may not change takes nothing from those whose it is', async (t) => {
  const api = new TestApi(t)
  const other = api.web.token('www.dyn.example.', { name: 'other' })
  for (let n = 0; n < 6; n++) {
    t.match(await api.owners('POST', PATH, { changes: [add(`192.0.2.${n}`)] }), { status: 403 })
  }
  const body = { changes: [add('192.0.2.1')] }
  t.match(await api.ask(other, 'POST', PATH, { body }), { status: 200 })
})

t.test('a disk that is full is said, and nothing is changed', async (t) => {
  const api = new TestApi(t)
  const broken = Object.create(api.web.store, {
    commit: { value: () => Promise.reject(new StoreError('the disk is full')) },
  }) as typeof api.web.store
  const other = new TestApi(t, { store: broken })
  t.match(await other.admins('POST', PATH, { changes: [add('192.0.2.1')] }), {
    status: 503,
    body: { detail: 'the disk is full' },
  })
})
