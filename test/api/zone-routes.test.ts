/** Zones and their records, page by page. */
import t from 'tap'
import { serialOf } from '../../src/zone/serial.ts'
import { TestApi } from '../support/api.ts'
import { Notified, peer } from '../support/notified.ts'
import { name, tsigKey } from '../support/service.ts'
import { DYN_ZONE } from '../support/web.ts'

const OTHER = '@ 60 IN SOA ns h 5 2 3 4 5\n@ 60 IN NS ns\nns 60 IN A 192.0.2.1\n'

t.test('an admin sees all zones, an owner those that their hosts are in', async (t) => {
  const api = new TestApi(t)
  api.web.addZone('other.example.', OTHER)
  t.strictSame((await api.admins('GET', '/zones')).body, {
    zones: [
      { zone: 'dyn.example.', role: 'primary', serial: 10 },
      { zone: 'other.example.', role: 'primary', serial: 5 },
    ],
  })
  t.match((await api.owners('GET', '/zones')).body, { zones: [{ zone: 'dyn.example.' }] })
  t.match(await api.owners('GET', '/zones/DYN.example'), {
    status: 200,
    headers: { etag: '"10"' },
    body: {
      zone: 'dyn.example.',
      serial: 10,
      journalSince: '2023-11-14T22:13:20Z',
      secondaries: null,
    },
  })
})

t.test("somebody else's zone is answered as one that is not there", async (t) => {
  const api = new TestApi(t)
  api.web.addZone('other.example.', OTHER)
  const stray = api.web.token('x.elsewhere.example.')
  for (const rest of ['', '/records', '/history', '/events']) {
    for (const zone of ['other.example.', 'none.example.']) {
      t.match(await api.owners('GET', `/zones/${zone}${rest}`), {
        status: 404,
        body: { detail: `this server has no zone ${zone} for you` },
      })
    }
    t.match(await api.ask(stray, 'GET', `/zones/dyn.example.${rest}`), { status: 404 })
  }
  t.match(await api.admins('GET', '/zones/a..b'), {
    status: 400,
    body: { detail: '"a..b" is no domain name: the name has an empty label' },
  })
})

t.test('a secondary zone that is not here yet has no serial and no records', async (t) => {
  const api = new TestApi(t)
  const zone = api.web.zones.get(name('dyn.example.'))
  if (zone === undefined) throw new Error('no zone')
  api.web.zones.add({ ...zone, isSecondary: true, view: undefined })
  t.match(await api.admins('GET', '/zones/dyn.example.'), {
    status: 200,
    body: { role: 'secondary', serial: null, journalSince: null },
  })
  t.match(await api.admins('GET', '/zones/dyn.example./records'), {
    status: 503,
    body: { detail: 'dyn.example. has not been transferred, or has expired' },
  })
})

t.test('RFC 4034 §6.1 records come in canonical order, and pages end at names', async (t) => {
  const api = new TestApi(t)
  const text = `${DYN_ZONE}\nb 60 IN A 192.0.2.2\nB 60 IN TXT "x y"\na.b 60 IN A 192.0.2.3\nz 60 IN A 192.0.2.4\n`
  api.web.addZone('dyn.example.', text)
  const get = async (query: string) =>
    (await api.admins('GET', `/zones/dyn.example/records${query}`)).body
  t.strictSame(await get('?limit=3&after=dyn.example.'), {
    zone: 'dyn.example.',
    serial: 10,
    rrsets: [
      { name: 'b.dyn.example.', type: 'A', ttl: 60, records: ['192.0.2.2'] },
      { name: 'b.dyn.example.', type: 'TXT', ttl: 60, records: ['"x y"'] },
      { name: 'a.b.dyn.example.', type: 'A', ttl: 60, records: ['192.0.2.3'] },
    ],
    next: 'a.b.dyn.example.',
  })
  t.match(await get('?after=a.b.dyn.example.'), {
    rrsets: [{ name: 'ns1.dyn.example.' }, { name: 'z.dyn.example.' }],
    next: null,
  })
  t.match(await get('?limit=1&after=a.b.dyn.example.'), { next: 'ns1.dyn.example.' })
  t.match(await get('?limit=1&after=ns1.dyn.example.'), { next: null }, 'nothing is behind it')
  t.match(await get('?type=txt'), { rrsets: [{ type: 'TXT' }], next: null })
  t.match(await get('?name=B.dyn.example'), { rrsets: [{ type: 'A' }, { type: 'TXT' }] })
  t.strictSame(((await get('?name=none.dyn.example')) as { rrsets: unknown }).rrsets, [])
  t.strictSame(((await get('?after=zz.example')) as { rrsets: unknown }).rrsets, [])
  t.match(await get('?type=NOTYPE'), { status: 400, detail: /"NOTYPE" is no type/ })
  t.match(await get('?after=a..b'), { status: 400 })
})

t.test('an owner reads their own names, and what is below them where that is theirs', async (t) => {
  const api = new TestApi(t)
  const names = ['home', 'x.home', '_acme-challenge.home', 'work', 'x.work', 'other']
  const lines = names.map((one) => `${one} 60 IN A 192.0.2.9\n`).join('')
  const challenge = '_acme-challenge.work 60 IN TXT "c"\n'
  api.web.addZone('dyn.example.', DYN_ZONE + lines + challenge)
  const get = async (token: string, query = '') => {
    const { body } = await api.ask(token, 'GET', `/zones/dyn.example./records${query}`)
    return (body as { rrsets: { name: string }[] }).rrsets.map((one) => one.name)
  }
  const both = ['home.dyn.example.', '_acme-challenge.home.dyn.example.', 'x.home.dyn.example.']
  t.strictSame(await get(api.owner), both)
  t.strictSame(await get(api.owner, '?after=home.dyn.example.&limit=2'), both.slice(1))
  t.strictSame(await get(api.owner, '?after=zz.dyn.example.'), [])
  const hosts = 'work.dyn.example. home.dyn.example. work.dyn.example.'
  const exact = api.web.token(hosts, { name: 'w', types: ['A', 'TXT'] })
  t.strictSame(await get(exact), [
    ...['home.dyn.example.', '_acme-challenge.home.dyn.example.'],
    ...['work.dyn.example.', '_acme-challenge.work.dyn.example.'],
  ])
  t.strictSame(await get(exact, '?after=home.dyn.example.&type=A'), [
    ...['_acme-challenge.home.dyn.example.', 'work.dyn.example.'],
  ])
  const twice = api.web.token('_acme-challenge.home.dyn.example. home.dyn.example.', {
    name: 'twice',
    types: ['TXT'],
    below: true,
  })
  t.strictSame(await get(twice), both)
  t.match(await api.ask(exact, 'GET', '/zones/dyn.example./records?name=other.dyn.example.'), {
    status: 403,
    body: { detail: 'other.dyn.example. is not yours to read' },
  })
})

const manyNames = (count: number): string =>
  Array.from({ length: count }, (_, at) => `n${at} 60 IN A 192.0.2.1\n`).join('')

t.test('a page is of so many names and octets at most', async (t) => {
  const api = new TestApi(t)
  api.web.addZone('dyn.example.', DYN_ZONE + manyNames(10_002))
  const { body } = await api.admins('GET', '/zones/dyn.example./records?type=TXT')
  t.strictSame((body as { rrsets: unknown }).rrsets, [])
  t.match(body, { next: /^n\d+\.dyn\.example\.$/ }, 'nothing was found among the first 10,000')
  const text = `"${'x'.repeat(255)}" `.repeat(200)
  const large = Array.from({ length: 30 }, (_, at) => `t${at} 60 IN TXT ${text}\n`).join('')
  api.web.addZone('dyn.example.', DYN_ZONE + large)
  const page = await api.admins('GET', '/zones/dyn.example./records?type=TXT')
  t.match(page.body, { rrsets: { length: 21 }, next: /^t/ })
})

t.test('other servers of a zone are told with their times', async (t) => {
  const notified = new Notified([peer('192.0.2.1'), peer('2001:db8::1', 5300, tsigKey('k.'))])
  const api = new TestApi(t, { notifier: notified.notifier })
  const sent = { kind: 'AXFR', serial: serialOf(10), outcome: 'sent' } as const
  notified.notifier.fetched(name('dyn.example.'), '198.51.100.1', 'x.', sent)
  t.match((await api.admins('GET', '/zones/dyn.example./secondaries')).body, {
    zone: 'dyn.example.',
    serial: 10,
    secondaries: [
      { address: '192.0.2.1', port: 53, key: null, has: null, seen: null },
      { address: '2001:db8::1', port: 5300, key: 'k.' },
      { address: '198.51.100.1', port: null, transferred: { kind: 'AXFR', at: /Z$/ } },
    ],
  })
  t.match((await api.admins('GET', '/zones/dyn.example.')).body, {
    secondaries: { current: 1, behind: 2 },
  })
  t.match((await api.owners('GET', '/zones/dyn.example.')).body, { secondaries: null })
  t.match(await new TestApi(t).admins('GET', '/zones/dyn.example./secondaries'), {
    status: 404,
    body: { detail: 'nobody is told of dyn.example.' },
  })
})
