/** The server by HTTP, and the words of dyndns2. */
import t, { type Test } from 'tap'
import type { HostUpdate, Looked } from '../../src/agent/server.ts'
import type { HostSettings } from '../../src/agent/settings.ts'
import { outcomeOf, WebServer } from '../../src/agent/web-server.ts'
import { name } from '../support/service.ts'
import { listenWeb, type WebListener } from '../support/web-listener.ts'

const HOST: HostSettings = {
  name: name('home.dyn.example.'),
  zone: undefined,
  families: ['ipv4', 'ipv6'],
  suffix: undefined,
  ttlSeconds: 60,
}

const serverAt = (
  origin: string,
  user?: string,
  look?: (host: HostSettings) => Promise<Looked>,
): WebServer => {
  const url = new URL('/nic/update?system=dyndns', origin)
  return new WebServer({ url, user, token: 's3cret', userAgent: 'livezone-agent/1', look })
}

const good = (t: Test): Promise<WebListener> => listenWeb(t, (response) => response.end('good'))

t.test('a request for each host, with what is known', async (t) => {
  const { origin, requests } = await good(t)
  const updates: HostUpdate[] = [
    { host: HOST, wanted: { ipv4: '192.0.2.1', ipv6: '2001:db8::1' } },
    { host: HOST, wanted: { ipv4: '192.0.2.1', ipv6: null } },
    { host: HOST, wanted: { ipv4: null } },
  ]
  const done = { kind: 'done' }
  t.strictSame(await serverAt(origin).update(updates), [done, done, done])
  const start = '/nic/update?system=dyndns&hostname=home.dyn.example'
  t.strictSame(
    requests.map(({ url }) => url),
    [
      `${start}&myip=192.0.2.1%2C2001%3Adb8%3A%3A1`,
      `${start}&myip=192.0.2.1&myipv6=`,
      `${start}&myipv4=`,
    ],
  )
  t.match(requests[0]?.headers, {
    'user-agent': 'livezone-agent/1',
    authorization: `Basic ${Buffer.from('home.dyn.example:s3cret').toString('base64')}`,
  })
})

t.test('a user that is set stands in the place of the host', async (t) => {
  const { origin, requests } = await good(t)
  await serverAt(origin, 'me').update([{ host: HOST, wanted: {} }])
  const authorization = `Basic ${Buffer.from('me:s3cret').toString('base64')}`
  t.match(requests[0]?.headers, { authorization })
})

t.test('a server that is not there may be there later', async (t) => {
  const [outcome] = await serverAt('http://127.0.0.1:1').update([{ host: HOST, wanted: {} }])
  t.match(outcome, { kind: 'later', why: /127\.0\.0\.1:1 cannot be reached/ })
})

t.test('who is set to be asked is asked what the name has', async (t) => {
  const looked = { kind: 'found', published: { ipv4: '192.0.2.1' } } as const
  t.strictSame(await serverAt('http://a').look(HOST), { kind: 'nobody' })
  t.strictSame(await serverAt('http://a', undefined, async () => looked).look(HOST), looked)
})

t.test('what the answers of dyndns2 mean', async (t) => {
  for (const [status, text, kind, why] of [
    [200, 'good 192.0.2.1', 'done', undefined],
    [200, 'nochg 192.0.2.1\n', 'done', undefined],
    [401, 'badauth', 'refused', 'the server does not take user and token (HTTP 401, badauth)'],
    [403, '<html>', 'refused', 'the server does not take user and token (HTTP 403)'],
    [200, 'nohost', 'refused', 'the token is not for this host (HTTP 200, nohost)'],
    [200, '!yours', 'refused', "the host is somebody else's (HTTP 200, !yours)"],
    [200, 'abuse', 'refused', 'the host is blocked for too many updates (HTTP 200, abuse)'],
    [200, 'dnserr', 'refused', 'the server does not take the address (HTTP 200, dnserr)'],
    [503, 'dnserr', 'later', 'the server cannot at the moment (HTTP 503, dnserr)'],
    [503, '911', 'later', 'the server cannot at the moment (HTTP 503, 911)'],
    [200, '911', 'later', 'the server cannot at the moment (HTTP 200, 911)'],
    [429, '', 'later', 'the server cannot at the moment (HTTP 429)'],
    [404, 'constructor', 'refused', 'the URL does not take updates (HTTP 404, constructor)'],
    [302, 'good', 'later', 'what answers at the URL is no update server (HTTP 302, good)'],
    [200, '<html>Sign in', 'later', 'what answers at the URL is no update server (HTTP 200)'],
  ] as const) {
    const outcome = outcomeOf({ status, text, retryAfterSeconds: 7 })
    t.match(outcome, { kind, ...(why === undefined ? {} : { why }) }, `${status} ${text}`)
    if (kind === 'later') t.match(outcome, { retryAfterSeconds: 7 })
  }
})
