/** The listener of HTTP: what it hands up, what it gives back, and what it does not put up with. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { answer, type WebRequest } from '../../src/dyndns/request.ts'
import { listenWeb } from '../../src/web/web-listener.ts'
import {
  createWeb,
  WEB_LIMITS,
  type WebHandler,
  type WebKind,
  type WebPlugin,
} from '../../src/web/web-server.ts'

interface Served {
  readonly port: number
  readonly requests: WebRequest[]
  /** All that comes back until the server ends the connection. */
  readonly send: (text: string) => Promise<string>
}

const ok: WebHandler = () => Promise.resolve(answer(200, 'good'))

const serve = async (
  t: Test,
  kind: WebKind = { kind: 'plain' },
  handler: WebHandler = ok,
  trusted = '127.0.0.1',
): Promise<Served> => {
  const requests: WebRequest[] = []
  const options = {
    handler: (request: WebRequest) => {
      requests.push(request)
      return handler(request)
    },
    isTrusted: (address: string) => address === trusted,
  }
  const listener = await listenWeb(kind, { address: '127.0.0.1', port: 0 }, options)
  t.teardown(() => listener.close())
  const send = async (text: string): Promise<string> => {
    const socket = connect(listener.port, '127.0.0.1')
    let all = ''
    socket.setEncoding('latin1').on('data', (piece: string) => (all += piece))
    socket.on('error', () => undefined)
    socket.write(text)
    await once(socket, 'close')
    return all
  }
  return { port: listener.port, requests, send }
}

const END = 'Host: h\r\nConnection: close\r\n\r\n'
const statusOf = (text: string): string => text.split('\r\n')[0] ?? ''

t.test('an answer to the octet: a length, no chunks, nothing behind the body', async (t) => {
  const { send } = await serve(t)
  const text = await send(`GET /nic/update?a=b HTTP/1.1\r\n${END}`)
  t.match(text, /^HTTP\/1\.1 200 OK\r\n/)
  t.match(
    text,
    /\r\ncontent-type: text\/plain; charset=utf-8\r\ncache-control: no-store\r\ncontent-length: 4\r\n/,
  )
  t.ok(text.endsWith('\r\n\r\ngood'))
  t.notMatch(text, /transfer-encoding|set-cookie/i)
})

t.test('a request is handed up as it was sent', async (t) => {
  const { send, requests } = await serve(t)
  const headers = 'Authorization: Basic eA==\r\nUser-Agent: x/1\r\nSec-Fetch-Site: none\r\n'
  await send(`GET //nic//update?hostname=%zz&b=c?d HTTP/1.1\r\n${headers}${END}`)
  t.match(requests[0], {
    method: 'GET',
    path: '/nic/update',
    query: 'hostname=%zz&b=c?d',
    form: '',
    host: 'h',
    authorization: 'Basic eA==',
    userAgent: 'x/1',
    fetchSite: 'none',
    address: '127.0.0.1',
    transport: 'http',
  })
  await send(`GET http://h:80/%75pdate HTTP/1.1\r\n${END}`)
  t.match(requests[1], { path: '/update', query: '' })
  await send(`GET /%zz/?x HTTP/1.1\r\n${END}`)
  t.match(requests[2], { path: '/%zz/', query: 'x' }, 'no URL, and yet a path')
})

t.test('a form comes along whatever its type is called', async (t) => {
  const { send, requests } = await serve(t)
  for (const type of ['', 'Content-Type: application/x-www-form-urlencoded\r\n']) {
    await send(`POST /x HTTP/1.1\r\n${type}Content-Length: 3\r\n${END}a=b`)
  }
  t.strictSame(
    requests.map(({ form }) => form),
    ['a=b', 'a=b'],
  )
})

t.test('what nobody answers is not found, and an error is nothing for clients', async (t) => {
  const { send } = await serve(t, { kind: 'plain' }, () => Promise.resolve(undefined))
  const text = await send(`GET / HTTP/1.1\r\n${END}`)
  t.equal(statusOf(text), 'HTTP/1.1 404 Not Found')
  t.ok(text.endsWith('\r\n\r\nnot found'))
  const broken = await serve(t, { kind: 'plain' }, () => Promise.reject(new Error('a bug')))
  const failed = await broken.send(`GET / HTTP/1.1\r\n${END}`)
  t.equal(statusOf(failed), 'HTTP/1.1 500 Internal Server Error')
  t.ok(failed.endsWith('\r\n\r\n911'))
})

t.test('bodies and headers have a limit', async (t) => {
  const { send, requests } = await serve(t)
  const length = WEB_LIMITS.bodyOctets + 1
  const large = await send(`POST / HTTP/1.1\r\nContent-Length: ${length}\r\n${END}`)
  t.equal(statusOf(large), 'HTTP/1.1 413 Payload Too Large')
  t.ok(large.endsWith('\r\n\r\npayload too large'))
  const header = `X: ${'x'.repeat(WEB_LIMITS.headerOctets)}\r\n`
  t.equal(statusOf(await send(`GET / HTTP/1.1\r\n${header}${END}`)), 'HTTP/1.1 400 Bad Request')
  t.equal(statusOf(await send('no HTTP\r\n\r\n')), 'HTTP/1.1 400 Bad Request')
  t.equal(requests.length, 0)
})

t.test('whoever goes in the middle of a request leaves nothing behind', async (t) => {
  const { port, send } = await serve(t)
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('GET / HT')
  await once(socket, 'connect')
  socket.resetAndDestroy()
  t.match(await send(`GET / HTTP/1.1\r\n${END}`), /good$/)
})

t.test('the client behind a proxy is the right-most hop that is no proxy', async (t) => {
  const { send, requests } = await serve(t)
  const from = async (forwarded: string): Promise<string | undefined> => {
    await send(`GET / HTTP/1.1\r\nX-Forwarded-For: ${forwarded}\r\n${END}`)
    return requests.at(-1)?.address
  }
  t.equal(await from('198.51.100.1, 203.0.113.9'), '203.0.113.9')
  t.equal(await from('203.0.113.9, ::ffff:127.0.0.1'), '203.0.113.9', 'a chain of proxies')
  t.equal(await from('unknown'), '127.0.0.1', 'what is no address is not believed')
  await send(`GET / HTTP/1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.1\r\n${END}`)
  t.match(requests.at(-1), { transport: 'https', address: '192.0.2.1' })
  const stranger = await serve(t, { kind: 'plain' }, ok, '192.0.2.1')
  await stranger.send(`GET / HTTP/1.1\r\nX-Forwarded-For: 203.0.113.9\r\n${END}`)
  t.equal(stranger.requests[0]?.address, '127.0.0.1')
})

t.test('LF alone and no Host are for the legacy listener', async (t) => {
  const text = 'GET /x HTTP/1.1\nUser-Agent: camera\nConnection: close\n\n'
  const plain = await serve(t)
  t.equal(statusOf(await plain.send(text)), 'HTTP/1.1 400 Bad Request')
  const noHost = await plain.send('GET /x HTTP/1.1\r\nConnection: close\r\n\r\n')
  t.match(noHost, /^HTTP\/1\.1 400 Bad Request\r\n/)
  t.match(noHost, /\r\ncontent-length: 11\r\n/)
  t.notMatch(noHost, /transfer-encoding/i)
  t.ok((await plain.send('GET /x HTTP/1.0\r\n\r\n')).endsWith('\r\n\r\ngood'))
  t.equal(plain.requests.length, 1)
  const legacy = await serve(t, { kind: 'legacy' })
  t.ok((await legacy.send(text)).endsWith('\r\n\r\ngood'))
  t.match(legacy.requests[0], { host: '', userAgent: 'camera' })
})

t.test(
  'one address has so many connections and no more; a proxy has as many as there are',
  async (t) => {
    const open = async (
      port: number,
      count: number,
    ): Promise<{ sockets: Socket[]; refused: number }> => {
      const sockets: Socket[] = []
      for (let n = 0; n < count; n++) {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => undefined)
        await once(socket, 'connect')
        sockets.push(socket)
      }
      const last = sockets.at(-1)
      // Whoever is refused hears nothing, or an error: it depends on who comes first.
      const isAnswered = new Promise<boolean>((resolve) => {
        last?.once('data', () => {
          resolve(true)
        })
        last?.once('close', () => {
          resolve(false)
        })
      })
      last?.write(`GET / HTTP/1.1\r\n${END}`)
      return { sockets, refused: (await isAnswered) ? 0 : 1 }
    }
    const few = await serve(t, { kind: 'plain' }, ok, '192.0.2.1')
    const first = await open(few.port, WEB_LIMITS.connectionsOfOne + 1)
    t.equal(first.refused, 1)
    for (const socket of first.sockets) socket.destroy()
    const proxied = await serve(t)
    const second = await open(proxied.port, WEB_LIMITS.connectionsOfOne + 1)
    t.equal(second.refused, 0)
    for (const socket of second.sockets) socket.destroy()
  },
)

t.test('routes of other rooms come before what the handler is asked', async (t) => {
  const own: WebPlugin = (server, _, done) => {
    server.get<{ Params: { name: string } }>('/own/:name', ({ params }) => params.name)
    done()
  }
  const options = { handler: ok, isTrusted: () => false, plugins: [own] }
  const server = createWeb({ kind: 'plain' }, options)
  t.teardown(() => server.close())
  const long = 'x'.repeat(1000)
  t.equal((await server.inject(`/own/${long}`)).body, long)
  t.equal((await server.inject({ method: 'POST', url: '/own/x' })).body, 'good')
})
