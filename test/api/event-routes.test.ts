/** Streams of events over a socket: where they begin, and what ends them. */
import t, { type Test } from 'tap'
import { TestApi } from '../support/api.ts'

interface Stream {
  readonly status: number
  readonly headers: Headers
  /** All that came by then. */
  readonly until: (wanted: RegExp) => Promise<string>
  /** All there was when it ended. */
  readonly end: () => Promise<string>
}

const EVENTS = '/zones/dyn.example./events'

class Listening {
  readonly api: TestApi
  private readonly origin: Promise<string>

  constructor(t: Test) {
    this.api = new TestApi(t)
    this.origin = this.api.server.listen({ host: '127.0.0.1', port: 0 })
  }

  async follow(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
    const {
      body,
      status,
      headers: answered,
    } = await fetch(`${await this.origin}/api/v1${path}`, {
      headers: { authorization: `Bearer ${this.api.admin}`, ...headers },
    })
    if (body === null) throw new Error('no body')
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    const read = async (isEnough: () => boolean): Promise<string> => {
      while (!isEnough()) {
        const { done, value } = await reader.read()
        if (done) break
        text += value
      }
      return text
    }
    return {
      status,
      headers: answered,
      until: (wanted) => read(() => wanted.test(text)),
      end: () => read(() => false),
    }
  }

  change(owner: string) {
    const changes = [{ op: 'add', name: owner, type: 'A', ttl: 60, rdata: '192.0.2.1' }]
    return this.api.admins('POST', '/zones/dyn.example./changes', { changes })
  }
}

t.test('a stream is of server-sent events, that nobody keeps', async (t) => {
  const listening = new Listening(t)
  const { status, headers, until } = await listening.follow(EVENTS)
  t.equal(status, 200)
  t.match(Object.fromEntries(headers), {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'close',
  })
  t.equal(
    await until(/\n\n/),
    'event: begin\nid: 10\ndata: {"zone":"dyn.example.","serial":10}\n\n',
  )
  await listening.change('www.dyn.example.')
  t.match(await until(/id: 11/), /event: change\nid: 11\ndata: \{"serialBefore":10,/)
})

t.test('a client that comes again says what it had last', async (t) => {
  const listening = new Listening(t)
  for (const owner of ['a', 'b', 'c']) await listening.change(`${owner}.dyn.example.`)
  const since = await listening.follow(`${EVENTS}?since=11`)
  t.match(await since.until(/id: 13/), /^event: begin\nid: 11\n.*id: 12/s)
  const again = await listening.follow(`${EVENTS}?since=10`, { 'last-event-id': '12' })
  t.match(await again.until(/id: 13/), /^event: begin\nid: 12\n/)
  const wrong = await listening.follow(EVENTS, { 'last-event-id': 'x' })
  t.equal(wrong.status, 400)
  t.match(await wrong.end(), /Last-Event-ID: \\"x\\" is no serial/)
})

t.test('headers that come twice are no serial', async (t) => {
  const { api } = new Listening(t)
  const headers = { authorization: `Bearer ${api.admin}`, 'last-event-id': ['11', '12'] }
  const { statusCode } = await api.server.inject({ url: `/api/v1${EVENTS}`, headers })
  t.equal(statusCode, 400)
})

t.test('a token that is revoked ends its streams', async (t) => {
  const listening = new Listening(t)
  const { until, end } = await listening.follow(EVENTS, {
    authorization: `Bearer ${listening.api.owner}`,
  })
  await until(/begin/)
  await listening.change('home.dyn.example.')
  await until(/id: 11/)
  await listening.api.admins('DELETE', '/tokens/home')
  await listening.change('x.home.dyn.example.')
  t.notMatch(await end(), /id: 12/)
})

t.test('a server that stops does not wait for those who follow', async (t) => {
  const listening = new Listening(t)
  const { until, end } = await listening.follow(EVENTS)
  await until(/begin/)
  await Promise.all([listening.api.server.close(), end()])
  t.pass('it has stopped')
})
