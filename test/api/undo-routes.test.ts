/** Taking changes of a zone back by the API: some of them, or all since a point. */
import t from 'tap'
import { RrType } from '../../src/wire/codes.ts'
import { nameKeyOf } from '../../src/zone/name-key.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { TestApi } from '../support/api.ts'
import { name } from '../support/service.ts'

const CHANGES = '/zones/dyn.example./changes'
const UNDO = '/zones/dyn.example./undo'
const RESTORE = '/zones/dyn.example./restore'

const add = (owner: string, rdata: string, type = 'A') => ({
  op: 'add',
  name: `${owner}.dyn.example.`,
  type,
  ttl: 60,
  rdata,
})

/** Serials 11, 12 and 13. */
const changed = async (api: TestApi): Promise<void> => {
  const post = (token: string, ...changes: object[]) =>
    api.ask(token, 'POST', '/zones/dyn.example./changes', { body: { changes } })
  await post(api.admin, add('www', '192.0.2.1'), add('home', '192.0.2.2'))
  api.web.clock.advanceSeconds(60)
  await post(api.owner, add('home', '192.0.2.3'))
  api.web.clock.advanceSeconds(60)
  await post(api.admin, add('www', '192.0.2.4'))
}

t.test('a change is taken back, as the operator named it', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const dry = await api.admins('POST', UNDO, { serial: 12, dryRun: true })
  const patch = { removed: ['home.dyn.example. 60 IN A 192.0.2.3'], added: [], obstacles: [] }
  t.strictSame(dry.body, { zone: 'dyn.example.', serial: null, dryRun: true, ...patch })
  t.equal(api.web.serial(), 13)
  const { body } = await api.admins('POST', UNDO, { serial: 12 })
  t.strictSame(body, { zone: 'dyn.example.', serial: 14, dryRun: false, ...patch })
  t.match(api.web.journal().at(-1), {
    author: { principal: 'operator:ci', source: /^203/, transport: 'http' },
    grants: ['undo 12'],
  })
  t.match(api.lines.at(-1), { message: 'change by the operator', fields: { serial: 14 } })
  const again = { serial: 12, force: true }
  t.match((await api.admins('POST', UNDO, again)).body, { serial: null, removed: [] })
})

t.test('what later changes touched is taken back by force alone', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const deleted = [{ op: 'deleteName', name: 'www.dyn.example.' }]
  await api.admins('POST', '/zones/dyn.example./changes', { changes: deleted })
  t.match(await api.admins('POST', UNDO, { serial: 13 }), {
    status: 409,
    body: {
      detail: /^change 13 is not undone, for later changes touched the same records/,
      obstacles: ['operator:ci changed www.dyn.example. A (serial 14)'],
    },
  })
  t.match((await api.admins('POST', UNDO, { serial: 14, force: true })).body, { serial: 15 })
  t.match((await api.admins('POST', UNDO, { serial: 13, dryRun: true })).body, {
    obstacles: { length: 2 },
  })
})

t.test('what cannot be taken back is said', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  t.match(await api.admins('POST', UNDO, { serial: 3 }), { status: 410 })
  t.match(await api.admins('POST', UNDO, { serial: 10 }), {
    status: 410,
    body: { detail: '10 is where the history begins: there is nothing before it' },
  })
  const ns = { op: 'add', name: 'dyn.example.', type: 'NS', ttl: 3600, rdata: 'ns2.example.' }
  const gone = { op: 'delete', name: 'dyn.example.', type: 'NS', rdata: 'ns1.dyn.example.' }
  await api.admins('POST', '/zones/dyn.example./changes', { changes: [ns] })
  await api.admins('POST', '/zones/dyn.example./changes', { changes: [gone] })
  t.match(await api.admins('POST', UNDO, { serial: 14, force: true }), {
    status: 409,
    body: { detail: /^change 14 cannot be undone: that cannot be/ },
  })
  const zone = api.web.zones.get(name('dyn.example.'))
  if (zone === undefined) throw new Error('no zone')
  api.web.zones.add({ ...zone, isSecondary: true })
  t.match(await api.admins('POST', UNDO, { serial: 11 }), { status: 409 })
})

t.test('what comes in between keeps a change from being taken back', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const [undone] = await Promise.all([
    api.admins('POST', UNDO, { serial: 13 }),
    api.admins('POST', UNDO, { serial: 13 }),
  ])
  t.equal(undone.status, 200)
  const store = Object.create(api.web.store, {
    commit: { value: () => Promise.reject(new StoreError('full')) },
  }) as typeof api.web.store
  const broken = new TestApi(t, { store, zones: () => api.web.zones, tokens: api.web.tokens })
  t.match(await broken.admins('POST', UNDO, { serial: 11 }), { status: 503 })
})

t.test('several changes are taken back in one, the newest first', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  await api.admins('POST', CHANGES, { changes: [{ op: 'deleteName', name: 'www.dyn.example.' }] })
  const { body } = await api.admins('POST', UNDO, { from: 12, to: 14 })
  t.strictSame(body, {
    zone: 'dyn.example.',
    serial: 15,
    dryRun: false,
    removed: ['home.dyn.example. 60 IN A 192.0.2.3'],
    added: ['www.dyn.example. 60 IN A 192.0.2.1'],
    obstacles: [],
  })
  t.strictSame(api.web.journal().at(-1)?.grants, ['undo 14, 13, 12'])
  t.match((await api.admins('POST', UNDO, { from: 15, to: 15 })).body, { serial: 16 })
  t.match((await api.admins('POST', UNDO, { serials: [16, 15, 15] })).body, {
    serial: null,
    removed: [],
    added: [],
  })
})

t.test('of several changes all are taken back, or none', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  await api.admins('POST', CHANGES, { changes: [{ op: 'deleteName', name: 'www.dyn.example.' }] })
  t.match(await api.admins('POST', UNDO, { serials: [12, 13] }), {
    status: 409,
    body: {
      detail: /^changes 12, 13 are not undone, for later changes touched the same records/,
      obstacles: ['operator:ci changed www.dyn.example. A (serial 14)'],
    },
  })
  t.equal(api.web.serial(), 14)
  t.match(await api.admins('POST', UNDO, { serials: [12, 9] }), { status: 410 })
  t.match(await api.admins('POST', UNDO, { from: 13, to: 12 }), {
    status: 400,
    body: { detail: 'from: 13 came after 12' },
  })
  t.match(await api.admins('POST', UNDO, { serials: [] }), { status: 400 })
  for (const body of [{}, { from: 12 }, { serial: 12, serials: [12] }]) {
    t.match(await api.admins('POST', UNDO, body), {
      status: 400,
      body: { detail: /^write "serial", or "serials" \(100 at most\), or "from" and "to"/ },
    })
  }
})

t.test('of many changes the history names some', async (t) => {
  const api = new TestApi(t)
  for (let n = 1; n <= 22; n++) {
    await api.admins('POST', CHANGES, { changes: [add(`n${n}`, '192.0.2.1')] })
  }
  t.match((await api.admins('POST', UNDO, { from: 11, to: 32 })).body, {
    serial: 33,
    removed: { length: 22 },
  })
  t.match(api.web.journal().at(-1)?.grants, [/^undo 32, 31, .* 13 and 2 more$/])
})

t.test('what was long ago is not taken back while others wait', async (t) => {
  const api = new TestApi(t)
  const author = { principal: 'key:k.', source: '', transport: 'cli' } as const
  const owner = name('t.dyn.example.')
  for (let n = 0; n < 2002; n++) {
    await api.web.store.commit(api.web.view(), author, (draft) => {
      const rrset = { type: RrType.TXT, ttl: 60, rdatas: [Buffer.from([1, n & 0xff])] }
      draft.set(nameKeyOf(owner), { owner, rrsets: [rrset] })
      return { keep: true, grants: [], result: undefined }
    })
  }
  const tooMuch = 'more than 2000 changes, or 100000 records, came since: do it with the command'
  t.match(await api.admins('POST', UNDO, { serial: 11 }), {
    status: 409,
    body: { detail: `${tooMuch} livezone undo` },
  })
  t.match(await api.admins('POST', UNDO, { from: 11, to: 12 }), { status: 409 })
  t.match(await api.admins('POST', UNDO, { serial: 12, dryRun: true }), { status: 200 })
  t.match(await api.admins('POST', RESTORE, { to: '11' }), {
    status: 409,
    body: { detail: `${tooMuch} livezone restore` },
  })
  t.match(await api.admins('POST', RESTORE, { to: '12', dryRun: true }), { status: 200 })
})

t.test('a zone is brought back to what it was at a serial or a time', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const dry = await api.admins('POST', RESTORE, { to: '11', dryRun: true })
  const patch = {
    removed: ['home.dyn.example. 60 IN A 192.0.2.3', 'www.dyn.example. 60 IN A 192.0.2.4'],
    added: [],
  }
  t.match(dry.body, { zone: 'dyn.example.', serial: null, dryRun: true, added: [] })
  t.strictSame((dry.body as typeof patch).removed.toSorted(), patch.removed)
  t.equal(api.web.serial(), 13)
  t.match((await api.admins('POST', RESTORE, { to: '90s' })).body, { serial: 14 })
  t.match(api.web.journal().at(-1), {
    author: { principal: 'operator:ci', transport: 'http' },
    grants: ['restore 2023-11-14T22:13:50.000Z'],
  })
  t.match((await api.admins('POST', RESTORE, { to: '11' })).body, { serial: null, removed: [] })
})

t.test('one name is brought back, and the rest stays', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const { body } = await api.admins('POST', RESTORE, { to: '11', name: 'WWW.dyn.example.' })
  t.strictSame(body, {
    zone: 'dyn.example.',
    serial: 14,
    dryRun: false,
    removed: ['www.dyn.example. 60 IN A 192.0.2.4'],
    added: [],
  })
  t.strictSame(api.web.journal().at(-1)?.grants, ['restore WWW.dyn.example. serial 11'])
})

t.test('what cannot be brought back is said', async (t) => {
  const api = new TestApi(t)
  await changed(api)
  const ask = (body: object) => api.admins('POST', RESTORE, body)
  t.match(await ask({ to: 'soon' }), {
    status: 400,
    body: { detail: 'to: "soon" is neither a serial nor a time' },
  })
  t.match(await ask({ to: '3' }), { status: 410 })
  t.match(await ask({ to: '2020-01-01' }), { status: 410, body: { detail: /does not reach back/ } })
  t.match(await ask({ to: '11', name: 'www.example.' }), {
    status: 422,
    body: { detail: 'www.example. is not in the zone dyn.example.' },
  })
  const ns = { op: 'add', name: 'dyn.example.', type: 'NS', ttl: 3600, rdata: 'ns2.example.' }
  const gone = { op: 'delete', name: 'dyn.example.', type: 'NS', rdata: 'ns1.dyn.example.' }
  await api.admins('POST', CHANGES, { changes: [ns] })
  await api.admins('POST', CHANGES, { changes: [gone] })
  t.match(await api.owners('POST', RESTORE, { to: '11' }), { status: 403 })
})
