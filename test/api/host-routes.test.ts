/** Hosts of tokens by the API. */
import t from 'tap'
import { TestApi } from '../support/api.ts'
import { adminCaller, ownerCaller, type Callers } from '../../src/api/callers.ts'
import { WebIdentity } from '../../src/access/web-identity.ts'
import { RrType } from '../../src/wire/codes.ts'
import { name } from '../support/service.ts'
import { CLIENT, DYN_ZONE } from '../support/web.ts'

const ZONE = `${DYN_ZONE}\nhome 60 IN A 192.0.2.7\nhome 60 IN AAAA 2001:db8::7\nsix 30 IN AAAA 2001:db8::6\n`

t.test('hosts come with their addresses, their tokens and the last use of these', async (t) => {
  const api = new TestApi(t)
  api.web.addZone('dyn.example.', ZONE)
  api.web.token('six.dyn.example. gone.dyn.example.', { name: 'six' })
  const other = api.web.token('home.dyn.example.', { name: 'other' })
  await api.owners('GET', '/zones')
  api.web.clock.advanceSeconds(5)
  await api.ask(other, 'GET', '/zones')
  const agent = 'lightMyRequest'
  const lastUse = { source: CLIENT, agent }
  const seen = {
    state: 'ok',
    words: `seen 0 seconds ago, from ${CLIENT}`,
    lastSeen: '2023-11-14T22:13:25Z',
    lastClient: { address: CLIENT, agent },
  }
  const words = 'nothing has updated it yet'
  const unseen = { state: 'unseen', words, lastSeen: null, lastClient: null }
  const home = {
    host: 'home.dyn.example.',
    zone: 'dyn.example.',
    ttl: 60,
    addresses: { A: ['192.0.2.7'], AAAA: ['2001:db8::7'] },
    ...seen,
  }
  t.strictSame((await api.admins('GET', '/hosts')).body, {
    hosts: [
      {
        host: 'gone.dyn.example.',
        zone: 'dyn.example.',
        ttl: null,
        addresses: { A: [], AAAA: [] },
        tokens: ['six'],
        lastUse: null,
        ...unseen,
      },
      { ...home, tokens: ['home', 'other'], lastUse: { time: '2023-11-14T22:13:25Z', ...lastUse } },
      {
        host: 'six.dyn.example.',
        zone: 'dyn.example.',
        ttl: 30,
        addresses: { A: [], AAAA: ['2001:db8::6'] },
        tokens: ['six'],
        lastUse: null,
        ...unseen,
      },
    ],
    next: null,
  })
  const own = { ...home, tokens: ['home'], lastUse: { time: '2023-11-14T22:13:25Z', ...lastUse } }
  t.strictSame((await api.owners('GET', '/hosts')).body, { hosts: [own], next: null })
  t.strictSame((await api.owners('GET', '/hosts/HOME.dyn.example')).body, own)
  api.web.clock.advanceSeconds(5)
  await api.owners('GET', '/zones')
  const latest = { lastUse: { time: '2023-11-14T22:13:30Z' } }
  t.match((await api.admins('GET', '/hosts/home.dyn.example.')).body, latest)
})

t.test('a host says how it is, and who was last seen updating it', async (t) => {
  const api = new TestApi(t)
  const update = (myip: string) =>
    api.web.get(`/nic/update?hostname=home.dyn.example&myip=${myip}`, api.owner, {
      userAgent: 'router/1',
    })
  await update('203.0.113.1')
  api.web.clock.advanceSeconds(60)
  for (let n = 0; n < 3; n++) await update('x')
  api.web.clock.advanceSeconds(60)
  t.match((await api.owners('GET', '/hosts/home.dyn.example.')).body, {
    state: 'failing',
    words: /^3 requests in a row failed, the last 1 minute ago from 203\.0\.113\.77: /,
    lastSeen: '2023-11-14T22:14:20Z',
    lastClient: { address: CLIENT, agent: 'router/1' },
  })
})

t.test('hosts come page by page', async (t) => {
  const api = new TestApi(t)
  api.web.token('a.dyn.example. b.a.dyn.example. c.elsewhere.', { name: 'more' })
  const get = async (query: string) => {
    const { body } = await api.admins('GET', `/hosts?limit=2${query}`)
    const { hosts, next } = body as { hosts: { host: string }[]; next: unknown }
    return [...hosts.map(({ host }) => host), next]
  }
  t.strictSame(await get(''), ['c.elsewhere.', 'a.dyn.example.', 'a.dyn.example.'])
  t.strictSame(await get('&after=a.dyn.example.'), ['b.a.dyn.example.', 'home.dyn.example.', null])
  t.match((await api.admins('GET', '/hosts/c.elsewhere.')).body, { zone: null })
})

t.test("a host that is not there is answered as somebody else's", async (t) => {
  const api = new TestApi(t)
  api.web.token('other.dyn.example.')
  for (const host of ['other.dyn.example.', 'none.dyn.example.', 'x.home.dyn.example.']) {
    t.match(await api.owners('GET', `/hosts/${host}`), {
      status: 404,
      body: { detail: `no token of yours is for ${host}` },
    })
  }
  t.match(await api.owners('GET', '/hosts/a..b'), { status: 400 })
})

t.test('a word that this version does not know is no host', async (t) => {
  const api = new TestApi(t)
  api.web.tokens.create({ name: 'x', hosts: ['a..b'], below: false, types: ['A'], from: [] })
  t.match((await api.admins('GET', '/hosts')).body, { hosts: { length: 1 } })
})

t.test('callers need not be tokens', async (t) => {
  const scope = { name: 'ada', hosts: [name('ada.dyn.example.')], below: false, types: [RrType.A] }
  const callers: Callers = {
    find: ({ authorization }) => ({
      ok: true,
      caller: authorization.endsWith('root')
        ? adminCaller('root', () => true)
        : ownerCaller(new WebIdentity(scope), () => true),
    }),
  }
  const api = new TestApi(t, { callers })
  t.match((await api.ask('ada', 'GET', '/hosts')).body, {
    hosts: [{ host: 'ada.dyn.example.', tokens: [], lastUse: null }],
  })
  t.match((await api.ask('root', 'GET', '/hosts')).body, { hosts: [{ tokens: ['home'] }] })
  const broken = Object.create(api.web.tokens, {
    entry: {
      value: () => {
        throw new TypeError('a bug')
      },
    },
  }) as typeof api.web.tokens
  t.match(await new TestApi(t, { callers, tokens: broken }).ask('ada', 'GET', '/hosts'), {
    status: 500,
  })
})
