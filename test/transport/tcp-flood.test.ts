/** A client that asks and asks and never reads: what it costs, and that the others do not notice. */
import type { Socket } from 'node:net'
import t, { type Test } from 'tap'
import { listenTcp } from '../../src/transport/tcp.ts'
import { TCP_LIMITS, type TcpLimits } from '../../src/transport/tcp-connection.ts'
import type { Handler, Listener } from '../../src/transport/transport.ts'
import { framed, nextAccepted, seemIdle, TcpClient } from '../support/raw-tcp-client.ts'
import { noProxies } from '../support/listen-options.ts'

/** Far more answers than any system's buffers between two sockets take. */
const REQUESTS = 4000
const ANSWER = Buffer.alloc(40_000, 'x')

/** Answers what begins with `f` at length, everything else with itself. */
const flooded = (sizes: { socket?: Socket; most: number; count: number }): Handler => {
  return (packet, _peer, reply) => {
    if (packet[0] !== 0x66) {
      reply(packet)
      return
    }
    sizes.count++
    reply(ANSWER)
    process.nextTick(() => {
      sizes.most = Math.max(sizes.most, sizes.socket?.writableLength ?? 0)
    })
  }
}

const listen = async (t: Test, handler: Handler, limits: Partial<TcpLimits>): Promise<Listener> => {
  const all = { ...TCP_LIMITS, farewellMilliseconds: 50, ...limits }
  const listener = await listenTcp({ address: '127.0.0.1', port: 0 }, handler, noProxies(), all)
  t.teardown(() => listener.close())
  return listener
}

/** Round trips of another client, until one goes by in which the flood got no further. */
const untilStill = async (other: TcpClient, sizes: { count: number }): Promise<void> => {
  for (let before = -1; before !== sizes.count;) {
    before = sizes.count
    for (let i = 0; i < 20; i++) {
      await other.send(framed(Buffer.from('other')))
      if ((await other.message()).toString() !== 'other') throw new Error('not its answer')
    }
  }
}

for (const unreadOctets of [1000, 100_000, TCP_LIMITS.unreadOctets]) {
  t.test(
    `RFC 7766 §10 no more than ${unreadOctets} octets and an answer wait unread`,
    async (t) => {
      const sizes: { socket?: Socket; most: number; count: number } = { most: 0, count: 0 }
      const listener = await listen(t, flooded(sizes), { unreadOctets })
      const other = await TcpClient.connect(t, listener.endpoint)
      const accepted = nextAccepted()
      const flood = await TcpClient.connect(t, listener.endpoint)
      sizes.socket = await accepted
      flood.socket.pause()
      const requests = Array.from({ length: REQUESTS }, (_, i) => Buffer.from(`flood ${i}`))
      await flood.send(framed(...requests))
      await untilStill(other, sizes)
      t.ok(sizes.count < REQUESTS, `${sizes.count} of ${REQUESTS} were answered`)
      t.equal(sizes.socket.isPaused(), true)
      t.ok(sizes.most > 0)
      t.ok(sizes.most < unreadOctets + 2 + ANSWER.length, `${sizes.most} octets waited`)
      flood.socket.resume()
      for (let i = 0; i < REQUESTS; i++) {
        if (!(await flood.message()).equals(ANSWER)) throw new Error(`answer ${i} is another`)
      }
      t.equal(sizes.count, REQUESTS)
    },
  )
}

t.test('RFC 7766 §10 requests that nobody answers do not wait in memory', async (t) => {
  const sizes = { most: 0, count: 0 }
  const listener = await listen(t, flooded(sizes), { unreadOctets: 1000 })
  const other = await TcpClient.connect(t, listener.endpoint)
  const accepted = nextAccepted()
  const flood = await TcpClient.connect(t, listener.endpoint)
  const socket = await accepted
  flood.socket.pause()
  // Long requests: the server cannot take them all without reading what it cannot answer.
  const request = Buffer.alloc(40_000, 'f')
  void flood.send(framed(...Array.from({ length: 1000 }, () => request)))
  await untilStill(other, sizes)
  t.ok(socket.bytesRead <= (sizes.count + 4) * (2 + request.length), `${socket.bytesRead} read`)
})

t.test('RFC 7766 §6.2.3 a client that does not read is cut off like an idle one', async (t) => {
  const sizes = { most: 0, count: 0 }
  const limits = { unreadOctets: 1000, idleMilliseconds: 50 }
  const listener = await listen(t, flooded(sizes), limits)
  const accepted = nextAccepted()
  const flood = await TcpClient.connect(t, listener.endpoint)
  const socket = await accepted
  flood.socket.pause()
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve()
    })
  })
  const requests = Array.from({ length: REQUESTS }, () => Buffer.from('flood'))
  await flood.send(framed(...requests))
  await closed
  t.ok(sizes.count < REQUESTS)
})

/** Takes a millisecond of everybody's time for each. */
const slowly =
  (handled: number[]): Handler =>
  (packet, { port }, reply) => {
    for (const until = performance.now() + 1; performance.now() < until;);
    handled.push(port)
    reply(packet)
  }

const thirty = framed(...Array.from({ length: 30 }, () => Buffer.alloc(12)))

t.test('who waits for a turn is not idle, and is answered before the end', async (t) => {
  const listener = await listen(t, slowly([]), { farewellMilliseconds: 10 })
  const clients: TcpClient[] = []
  const sockets: Socket[] = []
  while (clients.length < 8) {
    const accepted = nextAccepted()
    clients.push(await TcpClient.connect(t, listener.endpoint))
    sockets.push(await accepted)
  }
  await Promise.all(clients.map((client) => client.send(thirty)))
  for (const client of clients) await client.message()
  sockets.forEach(seemIdle)
  const closed = listener.close()
  for (const client of clients) for (let i = 1; i < 30; i++) await client.message()
  await closed
})

t.test('everything else has its turns while clients ask on and on', async (t) => {
  const handled: number[] = []
  const { endpoint } = await listen(t, slowly(handled), {})
  const clients = [await TcpClient.connect(t, endpoint), await TcpClient.connect(t, endpoint)]
  let turns = 0
  const count = setInterval(() => turns++, 0)
  t.teardown(() => {
    clearInterval(count)
  })
  for (const client of [...clients, ...clients]) await client.send(thirty)
  for (const client of clients) for (let i = 0; i < 60; i++) await client.message()
  t.ok(turns >= 10, 'one for each five milliseconds')
  const others = handled.findIndex((port) => port !== handled[0])
  t.ok(others < handled.lastIndexOf(handled[0] ?? 0), 'and so have they of one another')
})
