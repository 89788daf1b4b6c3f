/** The webhook, at a receiver over HTTP. */
import { createHmac, createSecretKey } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { jsonOf } from '../../src/alerts/alert.ts'
import type { Way } from '../../src/alerts/way.ts'
import { reasonOf, webhook } from '../../src/alerts/webhook.ts'
import { alert, message } from '../support/alerts.ts'
import { freePort } from '../support/peer.ts'

interface Received {
  readonly method: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers each request with the status, and a Location. */
const receiver = async (t: Test, status: number, words = '') => {
  const received: Received[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ method: request.method, headers: request.headers, body })
      response.writeHead(status, { location: '/elsewhere' }).end(words)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  return { received, url: new URL(`http://127.0.0.1:${port}/hook?x=1`) }
}

const ONE = message(alert())

t.test('where messages go is said without the path, which may be a secret', (t) => {
  const url = new URL('https://u:p@hooks.example/services/T0/secret?x=1')
  t.equal(webhook({ url, secret: undefined }).to, 'https://hooks.example')
  t.end()
})

t.test('a message is posted as JSON', async (t) => {
  const { received, url } = await receiver(t, 204)
  t.equal(await webhook({ url, secret: undefined }).send(ONE), 'HTTP 204')
  t.match(received, [
    { method: 'POST', headers: { 'content-type': 'application/json', 'user-agent': 'livezone' } },
  ])
  t.equal(received[0]?.body, jsonOf(ONE))
  t.equal(received[0]?.headers['x-livezone-signature'], undefined)
})

t.test('with a secret it is signed', async (t) => {
  const { received, url } = await receiver(t, 200, 'long'.repeat(100_000))
  const secret = createSecretKey(Buffer.from('secret'))
  await webhook({ url, secret }).send(ONE)
  const expected = createHmac('sha256', 'secret').update(jsonOf(ONE)).digest('hex')
  t.equal(received[0]?.headers['x-livezone-signature'], `sha256=${expected}`)
})

t.test('what is no success is a failure, and redirects are not followed', async (t) => {
  for (const status of [302, 404, 500]) {
    const { received, url } = await receiver(t, status)
    await t.rejects(webhook({ url, secret: undefined }).send(ONE), { message: `HTTP ${status}` })
    t.equal(received.length, 1)
  }
})

t.test('who does not answer, or is not there, is said', async (t) => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // It listens on a port.
  const { port } = server.address() as AddressInfo
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const wayTo = (to: number, milliseconds?: number): Way =>
    webhook({ url: new URL(`http://127.0.0.1:${to}/`), secret: undefined }, milliseconds)
  await t.rejects(wayTo(port, 50).send(ONE), /timeout/)
  await t.rejects(wayTo(await freePort()).send(ONE), /ECONNREFUSED/)
})

t.test('of several reasons the first is said', async (t) => {
  const cause = new AggregateError([new Error('first'), new Error('second')])
  t.equal(reasonOf(new TypeError('fetch failed', { cause })), 'first')
  t.equal(
    reasonOf(new TypeError('fetch failed', { cause: new AggregateError([], 'none') })),
    'none',
  )
})
