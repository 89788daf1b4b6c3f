/** Tokens and keys by the API: made, listed, rotated, revoked, and no secret twice. */
import t from 'tap'
import { TestApi } from '../support/api.ts'
import { FailingTokenStore } from '../support/failing-tokens.ts'
import { tsigKey } from '../support/service.ts'

const secretOf = ({ body }: { readonly body: unknown }): string => (body as { token: string }).token

t.test('a token is made, read, rotated and revoked', async (t) => {
  const api = new TestApi(t)
  const made = await api.admins('POST', '/tokens', { hosts: ['Cam.dyn.example'] })
  t.match(made.body, { name: 'cam.dyn.example.', token: /^dd[a-z2-7]{26}$/ })
  t.match(await api.ask(secretOf(made), 'GET', '/hosts'), { status: 200 })
  t.match(await api.admins('POST', '/tokens', { hosts: ['cam.dyn.example'] }), {
    status: 409,
    body: { detail: /there is a token cam\.dyn\.example\. already/ },
  })
  const rotated = await api.admins('POST', '/tokens/cam.dyn.example./rotate')
  t.not(secretOf(rotated), secretOf(made))
  const read = await api.admins('GET', '/tokens/cam.dyn.example.')
  t.match(read.body, {
    role: 'owner',
    hosts: ['cam.dyn.example.'],
    types: ['A', 'AAAA'],
    expires: null,
    retires: '2023-11-21T22:13:20Z',
    lastUse: { agent: 'lightMyRequest' },
  })
  t.notMatch(JSON.stringify(read.body), secretOf(rotated))
  t.strictSame((await api.admins('DELETE', '/tokens/cam.dyn.example.')).body, {
    name: 'cam.dyn.example.',
  })
  t.match(await api.ask(secretOf(rotated), 'GET', '/hosts'), { status: 401 })
  for (const [method, path] of [
    ['GET', '/tokens/none'],
    ['POST', '/tokens/none/rotate'],
    ['DELETE', '/tokens/none'],
  ] as const) {
    t.match(await api.admins(method, path), {
      status: 404,
      body: { detail: 'there is no token none' },
    })
  }
})

t.test('a token of a manager may everything, for as long as it was made for', async (t) => {
  const api = new TestApi(t)
  const expires = '2023-11-14T23:14:20+01:00'
  const body = { name: 'deploy', role: 'admin', from: ['203.0.113.0/24'], expires }
  const secret = secretOf(await api.admins('POST', '/tokens', body))
  t.match((await api.ask(secret, 'GET', '/tokens/deploy')).body, {
    role: 'admin',
    hosts: [],
    types: [],
    expires: '2023-11-14T22:14:20Z',
  })
  api.web.clock.advanceSeconds(60)
  t.match(await api.ask(secret, 'GET', '/tokens'), { status: 401 })
})

t.test('what a token cannot be for is said with its place', async (t) => {
  const api = new TestApi(t)
  for (const [body, pointer, detail] of [
    [{}, '/hosts', 'a token is for a host, or more'],
    [{ hosts: ['x.elsewhere.'] }, '/hosts', 'x.elsewhere. is in no zone of this server'],
    [{ hosts: ['a.dyn.example.'], types: ['MX'] }, '/types', '"MX" is none of A, AAAA, TXT'],
    [{ hosts: ['a.dyn.example.'], from: ['x'] }, '/from', '"x" is no network'],
    [
      { hosts: ['a.dyn.example.'], expires: '2020-01-01T00:00:00Z' },
      '/expires',
      '2020-01-01T00:00:00Z is no time to come',
    ],
  ] as const) {
    t.match(await api.admins('POST', '/tokens', body), {
      status: 422,
      body: { errors: [{ pointer, detail }] },
    })
  }
  t.match(await api.admins('POST', '/tokens', { hosts: [], expires: 'soon' }), {
    status: 400,
    body: { errors: [{ pointer: '/expires' }] },
  })
})

t.test('tokens come page by page', async (t) => {
  const api = new TestApi(t)
  api.web.token('a.dyn.example.')
  const get = async (query: string) => {
    const { body } = await api.admins('GET', `/tokens?limit=2${query}`)
    const { tokens, next } = body as { tokens: { name: string }[]; next: unknown }
    return [...tokens.map((one) => one.name), next]
  }
  t.strictSame(await get(''), ['a.dyn.example.', 'ci', 'ci'])
  t.strictSame(await get('&after=ci'), ['home', null])
  t.strictSame(await get('&after=z'), [null])
})

t.test('trouble with the disk and with our own code are told apart', async (t) => {
  const store = new FailingTokenStore()
  const api = new TestApi(t, {}, { store })
  store.isFull = true
  t.match(await api.admins('POST', '/tokens', { hosts: ['a.dyn.example.'] }), { status: 503 })
})

t.test('keys are listed with their last use, and without their secrets', async (t) => {
  const api = new TestApi(t)
  const [current, old] = [tsigKey('b.', 'hmac-sha512'), tsigKey('b.')]
  api.keyring.add(tsigKey('a.'))
  api.keyring.add(current, { old, expiresSeconds: 1_800_000_000 })
  api.keyUses.note(old, '192.0.2.1')
  t.strictSame((await api.admins('GET', '/keys')).body, {
    keys: [
      { name: 'a.', algorithm: 'hmac-sha256', expires: null, isRotated: false, lastUse: null },
      {
        name: 'b.',
        algorithm: 'hmac-sha512',
        expires: '2027-01-15T08:00:00Z',
        isRotated: true,
        lastUse: { time: '2023-11-14T22:13:20Z', source: '192.0.2.1' },
      },
    ],
  })
  api.keyUses.save()
  api.web.clock.advanceSeconds(1)
  api.keyUses.note(current, '192.0.2.2')
  t.match((await api.admins('GET', '/keys')).body, {
    keys: [{}, { lastUse: { source: '192.0.2.2' } }],
  })
})
