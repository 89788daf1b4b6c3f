/** One HTTP exchange, and its limits. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { askHttp, NoRouteError, unreachable } from '../../src/agent/http.ts'
import { listenWeb } from '../support/web-listener.ts'

const milliseconds = 60_000

t.test('an answer has a status, a text, and how long to wait', async (t) => {
  const { origin, requests } = await listenWeb(t, (response, { url }) => {
    const wait = url === '/date' ? 'Wed, 25 Nov 2026 22:00:00 GMT' : '30'
    response.writeHead(503, { 'retry-after': wait }).end('911')
  })
  const asked = { url: new URL('/a?b=c', origin), milliseconds }
  t.strictSame(await askHttp(asked), { status: 503, retryAfterSeconds: 30, text: '911' })
  const dated = { url: new URL('/date', origin), milliseconds }
  t.equal((await askHttp(dated)).retryAfterSeconds, undefined)
  t.match(requests, [{ method: 'GET', url: '/a?b=c' }, {}])
})

t.test('a body is sent, and redirections are not followed', async (t) => {
  const { origin, requests } = await listenWeb(t, (response) => {
    response.writeHead(302, { location: '/else' }).end()
  })
  const headers = { 'content-type': 'text/plain' }
  const asked = {
    url: new URL(origin),
    method: 'POST',
    body: 'hello',
    headers,
    milliseconds,
  } as const
  t.equal((await askHttp(asked)).status, 302)
  t.match(requests, [{ method: 'POST', body: 'hello', headers }])
})

t.test('the family is the one that is asked for', async (t) => {
  const { origin } = await listenWeb(t, (response) => response.end('hello'))
  const url = new URL(origin.replace('127.0.0.1', 'localhost'))
  t.equal((await askHttp({ url, milliseconds, family: 'ipv4' })).text, 'hello')
  await t.rejects(askHttp({ url, milliseconds, family: 'ipv6' }), {
    name: 'NetworkError',
    message: /^localhost:\d+ cannot be reached: /,
  })
})

t.test('a machine without a way to the family is told from one that fails', async (t) => {
  const url = new URL('http://[2001:db8::1]:1/?token=secret')
  for (const [code, isNoRoute] of [
    ['ENETUNREACH', true],
    ['EADDRNOTAVAIL', true],
    ['ECONNREFUSED', false],
  ] as const) {
    const error = unreachable(url, Object.assign(new Error(code), { code }))
    t.equal(error instanceof NoRouteError, isNoRoute, code)
    t.equal(error.message, `[2001:db8::1]:1 cannot be reached: ${code}`)
  }
})

t.test('https: what does not speak TLS cannot be reached', async (t) => {
  const { origin } = await listenWeb(t, (response) => response.end())
  const url = new URL(origin.replace('http:', 'https:'))
  await t.rejects(askHttp({ url, milliseconds }), { name: 'NetworkError' })
})

t.test('who says nothing is not waited for, and who says too much not heard out', async (t) => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => silent.close())
  const { port } = silent.address() as AddressInfo
  const url = new URL(`http://127.0.0.1:${port}/`)
  await t.rejects(askHttp({ url, milliseconds: 50 }), /does not answer in 0.05 s/)
  const { origin } = await listenWeb(t, (response) => response.end('x'.repeat(20_000)))
  await t.rejects(askHttp({ url: new URL(origin), milliseconds }), /the answer is too long/)
})
