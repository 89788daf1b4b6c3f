/** Quick answers over TCP: in what pieces their messages come, beside those that the handler has. */
import t, { type Test } from 'tap'
import { listenTcp } from '../../src/transport/tcp.ts'
import { TCP_LIMITS, type TcpLimits } from '../../src/transport/tcp-connection.ts'
import type { Handler } from '../../src/transport/transport.ts'
import { noProxies } from '../support/listen-options.ts'
import { quickFor } from '../support/quick.ts'
import { framed, Gate, TcpClient } from '../support/raw-tcp-client.ts'

const messages = (...texts: readonly string[]): Buffer =>
  framed(...texts.map((text) => Buffer.from(text)))

interface Kit {
  readonly client: TcpClient
  readonly asked: string[]
  /** What came to the handler. */
  readonly handled: string[]
}

const connected = async (t: Test, limits: Partial<TcpLimits> = {}, gate?: Gate): Promise<Kit> => {
  const asked: string[] = []
  const handled: string[] = []
  const handler: Handler = async (packet, _peer, reply) => {
    handled.push(String(packet))
    await gate?.opened
    reply(packet)
  }
  const options = { ...noProxies(), quick: quickFor(asked) }
  const endpoint = { address: '127.0.0.1', port: 0 }
  const listener = await listenTcp(endpoint, handler, options, { ...TCP_LIMITS, ...limits })
  t.teardown(() => listener.close())
  return { client: await TcpClient.connect(t, listener.endpoint), asked, handled }
}

const received = async (client: TcpClient, count: number): Promise<string[]> => {
  const texts: string[] = []
  while (texts.length < count) texts.push(String(await client.message()))
  return texts.sort()
}

t.test(
  'quick answers and others go out on one connection, and what has none does not',
  async (t) => {
    const { client, asked, handled } = await connected(t)
    await client.send(messages('quick 1', 'slow 1', 'drop', 'quick 2', 'slow 2'))
    t.strictSame(await received(client, 4), [
      'at once: quick 1',
      'at once: quick 2',
      'slow 1',
      'slow 2',
    ])
    t.strictSame(handled, ['slow 1', 'slow 2'])
    t.equal(asked[0], 'quick 1 127.0.0.1 tcp')
  },
)

t.test('RFC 7766 §8 messages are answered quickly in whatever pieces they come', async (t) => {
  const { client, handled } = await connected(t)
  const stream = messages('quick 1', 'quick 2', 'quick 3', '', 'quick 4')
  for (const [from, to] of [
    [0, 12],
    [12, 13],
    [13, 30],
    [30, undefined],
  ]) {
    await client.send(stream.subarray(from, to))
    await new Promise(setImmediate)
  }
  t.strictSame(await received(client, 5), ['', ...[1, 2, 3, 4].map((n) => `at once: quick ${n}`)])
  t.strictSame(handled, [''])
})

t.test('more answers than there is memory for at once go out in several writes', async (t) => {
  const { client } = await connected(t)
  const text = `quick ${'x'.repeat(2000)}`
  await client.send(messages(...Array.from({ length: 60 }, () => text)))
  t.strictSame(new Set(await received(client, 60)), new Set([`at once: ${text}`]))
})

t.test('with no room for further answers, what comes waits until there is', async (t) => {
  const { client, asked, handled } = await connected(t, { unreadOctets: 20 })
  await client.send(messages('quick 1', 'slow', 'quick 2', 'quick 3'))
  const texts = await received(client, 4)
  t.strictSame(texts, [...[1, 2, 3].map((n) => `at once: quick ${n}`), 'slow'])
  t.strictSame(handled, ['slow'])
  t.equal(asked.length, 4)
})

t.test('an answer that takes its time holds up no quick ones', async (t) => {
  const gate = new Gate()
  const { client } = await connected(t, {}, gate)
  await client.send(messages('slow', 'quick'))
  t.equal(String(await client.message()), 'at once: quick')
  gate.open()
  t.equal(String(await client.message()), 'slow')
})
