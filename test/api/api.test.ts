/** What all routes have in common: who may ask, and every error as a problem (RFC 9457). */
import t from 'tap'
import { TestApi } from '../support/api.ts'
import { CLIENT } from '../support/web.ts'

t.test('without credentials, or with wrong ones, nobody learns anything', async (t) => {
  const api = new TestApi(t)
  for (const path of ['/zones', '/zones/none.example.', '/none', '']) {
    t.match(await api.ask(undefined, 'GET', path), {
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="livezone"' },
      body: { type: 'about:blank', title: 'Unauthorized', status: 401 },
    })
    t.match(await api.ask('wrong', 'GET', path), {
      status: 401,
      body: { detail: 'these credentials are not taken' },
    })
  }
  const basic = { authorization: 'Basic eA==' }
  t.match(await api.ask(undefined, 'GET', '/zones', { headers: basic }), { status: 401 })
  t.match(api.lines, [
    { message: 'no login to the API', fields: { reason: 'no token has this secret' } },
  ])
  t.equal(api.web.counters.all()['web logins failed'], 5)
})

t.test('RFC 6750 §2.1 the scheme is read in any case', async (t) => {
  const api = new TestApi(t)
  const headers = { authorization: `bEARER  ${api.admin}` }
  t.match(await api.ask(undefined, 'GET', '/zones', { headers }), { status: 200 })
})

t.test('whoever guesses is held back, and nobody else', async (t) => {
  const api = new TestApi(t)
  for (let n = 0; n < 10; n++) await api.ask(`guess${n}`, 'GET', '/zones')
  t.match(await api.ask('guess', 'GET', '/zones'), {
    status: 429,
    headers: { 'retry-after': /^\d+$/ },
    body: { detail: 'too many logins failed' },
  })
  t.match(await api.admins('GET', '/zones'), { status: 200 }, 'also from the same address')
  t.match(await api.ask('guess', 'GET', '/zones', { address: '192.0.2.9' }), { status: 401 })
})

t.test('whoever asks without credentials again and again is held back, too', async (t) => {
  const api = new TestApi(t)
  for (let n = 0; n < 120; n++) await api.ask(undefined, 'OPTIONS', '/zones')
  t.match(await api.ask(undefined, 'GET', '/zones'), { status: 429 })
})

t.test('a token is taken from its networks and until it expires', async (t) => {
  const api = new TestApi(t)
  const expires = api.web.clock.nowMilliseconds() + 1000
  const secret = api.web.token('a.dyn.example.', { from: ['192.0.2.0/24'], expires })
  t.match(await api.ask(secret, 'GET', '/zones'), { status: 401 })
  t.match(await api.ask(secret, 'GET', '/zones', { address: '192.0.2.1' }), { status: 200 })
  api.web.clock.advanceSeconds(1)
  t.match(await api.ask(secret, 'GET', '/zones', { address: '192.0.2.1' }), { status: 401 })
})

t.test('a call is the last use of its token', async (t) => {
  const api = new TestApi(t)
  await api.ask(api.owner, 'GET', '/zones', { headers: { 'user-agent': 'x/1' } })
  t.match(api.web.tokens.entry('home').lastUse, { source: CLIENT, agent: 'x/1' })
})

t.test('what is for admins is for no owner', async (t) => {
  const api = new TestApi(t)
  for (const [method, path] of [
    ['GET', '/tokens'],
    ['POST', '/tokens'],
    ['POST', '/tokens/home/rotate'],
    ['DELETE', '/tokens/none'],
    ['GET', '/keys'],
    ['GET', '/zones/dyn.example./secondaries'],
    ['GET', '/zones/none.example./secondaries'],
    ['POST', '/zones/dyn.example./undo'],
  ] as const) {
    t.match(await api.owners(method, path), {
      status: 403,
      body: { detail: 'this is for admins alone' },
    })
  }
})

t.test(
  'RFC 9110 §15.5.6 a method that a resource does not have is said, with those that it has',
  async (t) => {
    const api = new TestApi(t)
    t.match(await api.admins('PUT', '/tokens?x=1'), {
      status: 405,
      headers: { allow: 'GET, HEAD, POST' },
      body: { title: 'Method Not Allowed', detail: '/api/v1/tokens?x=1 takes GET, HEAD, POST' },
    })
    t.match(await api.admins('POST', '/openapi.json', {}), {
      status: 405,
      headers: { allow: 'GET, HEAD' },
    })
    t.match(await api.admins('DELETE', '/zones/dyn.example./changes'), {
      status: 405,
      headers: { allow: 'POST' },
    })
    t.match(await api.admins('GET', '/nothing/here'), {
      status: 404,
      body: { detail: 'there is nothing at /api/v1/nothing/here' },
    })
    t.match(await api.ask(undefined, 'OPTIONS', '/zones'), {
      status: 204,
      headers: { allow: 'GET, HEAD, OPTIONS' },
    })
    t.match(await api.ask(undefined, 'OPTIONS', ''), { status: 204, headers: { allow: 'OPTIONS' } })
  },
)

t.test('HEAD answers as GET does, without a body', async (t) => {
  const api = new TestApi(t)
  t.match(await api.admins('HEAD', '/zones/dyn.example./records'), {
    status: 200,
    headers: { etag: '"10"', 'content-type': 'application/json; charset=utf-8' },
    body: undefined,
  })
  t.match(await api.admins('HEAD', '/zones/dyn.example./events'), {
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    body: undefined,
  })
})

t.test('a body is JSON, as large as may be, and as its schema says', async (t) => {
  const api = new TestApi(t)
  const path = '/zones/dyn.example./changes'
  const post = (body: string, type = 'application/json') =>
    api.ask(api.admin, 'POST', path, { body, headers: { 'content-type': type } })
  t.match(await post('a=b', 'application/x-www-form-urlencoded'), { status: 415 })
  t.match(await post('{'), { status: 400 })
  t.match(await post('{"__proto__":{}}'), { status: 400 })
  t.match(await post(`"${'x'.repeat(1024 * 1024)}"`), {
    status: 413,
    body: { title: 'Payload Too Large' },
  })
  t.match(await post('null'), { status: 400, body: { errors: [{ pointer: '' }] } })
  t.match(await post('{"changes":[{"op":"deleteName","name":"x.","a/b~c":1}],"x":1}'), {
    status: 400,
    body: { errors: [{ pointer: '/changes/0' }, { pointer: '' }] },
  })
  const many = JSON.stringify({ changes: Array(100).fill({ op: 'none' }) })
  t.match(await post(many), { status: 400, body: { errors: { length: 20 } } })
})

t.test('a parameter is as its schema says', async (t) => {
  const api = new TestApi(t)
  t.match(await api.admins('GET', '/zones/dyn.example./records?limit=0'), {
    status: 400,
    body: { errors: [{ pointer: 'limit' }] },
  })
  t.match(await api.admins('GET', '/zones?limit=1'), { status: 400 })
})

t.test('trouble of ours is a problem, and stands in the log', async (t) => {
  const fail = (): never => {
    throw new TypeError('a bug')
  }
  const api = new TestApi(t, { keyUses: { lastUses: fail } })
  t.match(await api.admins('GET', '/keys'), {
    status: 500,
    body: { detail: 'the server could not do it; its log says why' },
  })
  t.match(api.lines, [{ level: 'error', message: 'a request to the API failed' }])
})

t.test('paths of dialects stay theirs', async (t) => {
  const api = new TestApi(t)
  const answer = await api.server.inject({ url: '/api/update?hostname=x' })
  t.equal(answer.payload, 'not found', 'by the handler of dialects')
})
