/** Messages over TCP connections: in what pieces they come, and how they are answered. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import t, { type Test } from 'tap'
import { listenTcp } from '../../src/transport/tcp.ts'
import { TCP_LIMITS } from '../../src/transport/tcp-connection.ts'
import type { Handler, Listener, Peer } from '../../src/transport/transport.ts'
import {
  framed,
  Gate,
  holdClock,
  nextAccepted,
  socketClosed,
  TcpClient,
} from '../support/raw-tcp-client.ts'
import { noProxies } from '../support/listen-options.ts'

const echo: Handler = (packet, _peer, reply) => {
  reply(packet)
}

const listen = async (t: Test, handler: Handler, address = '127.0.0.1'): Promise<Listener> => {
  const limits = { ...TCP_LIMITS, farewellMilliseconds: 50 }
  const listener = await listenTcp({ address, port: 0 }, handler, noProxies(), limits)
  t.teardown(() => listener.close())
  return listener
}

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1')

for (const address of ['127.0.0.1', '::1']) {
  const skip = address === '::1' && !hasIpv6 ? 'there is no IPv6 here' : false
  t.test(
    `a message over TCP to ${address} is answered, and its sender known`,
    { skip },
    async (t) => {
      const peers: Peer[] = []
      const { endpoint } = await listen(
        t,
        (packet, peer, reply) => {
          peers.push(peer)
          reply(packet)
        },
        address,
      )
      t.equal(endpoint.address, address)
      t.not(endpoint.port, 0)
      const client = await TcpClient.connect(t, endpoint)
      await client.send(framed(Buffer.from('hello')))
      t.equal((await client.message()).toString(), 'hello')
      t.strictSame(peers, [{ address, port: client.socket.localPort, transport: 'tcp' }])
    },
  )
}

t.test('RFC 7766 §6.2.1 a connection serves one message after the other', async (t) => {
  const { endpoint } = await listen(t, echo)
  const client = await TcpClient.connect(t, endpoint)
  for (const text of ['one', 'two', 'three']) {
    await client.send(framed(Buffer.from(text)))
    t.equal((await client.message()).toString(), text)
  }
})

t.test('RFC 7766 §8 several messages in one segment are answered in one write', async (t) => {
  holdClock(t)
  const accepted = nextAccepted()
  const { endpoint } = await listen(t, echo)
  const client = await TcpClient.connect(t, endpoint)
  await client.send(framed(Buffer.from('one')))
  t.strictSame(await client.messages(1), ['one'])
  const socket = await accepted
  const writes = t.capture(socket, 'write', socket.write.bind(socket))
  await client.send(framed(...['two', 'three', 'four'].map((text) => Buffer.from(text))))
  t.strictSame(await client.messages(3), ['two', 'three', 'four'])
  t.strictSame(
    writes().map(({ args }) => args[0]),
    [framed(Buffer.from('two'), Buffer.from('three'), Buffer.from('four'))],
  )
})

t.test('RFC 7766 §8 a message may come octet by octet', async (t) => {
  const { endpoint } = await listen(t, echo)
  const client = await TcpClient.connect(t, endpoint)
  for (const octet of framed(Buffer.from('a message'), Buffer.from('another'))) {
    await client.send(Buffer.of(octet))
  }
  t.strictSame(await client.messages(2), ['a message', 'another'])
})

t.test('RFC 7766 §7 requests are answered as the answers get ready', async (t) => {
  const gate = new Gate()
  const { endpoint } = await listen(t, async (packet, _peer, reply) => {
    if (packet.toString() === 'slow') await gate.opened
    reply(packet)
  })
  const client = await TcpClient.connect(t, endpoint)
  await client.send(framed(Buffer.from('slow'), Buffer.from('fast'), Buffer.from('faster')))
  t.strictSame(await client.messages(2), ['fast', 'faster'])
  gate.open()
  t.strictSame(await client.messages(1), ['slow'])
})

t.test('RFC 5936 §2.2 a request may have several answers, or none', async (t) => {
  const { endpoint } = await listen(t, (packet, _peer, reply) => {
    for (let i = packet[0] ?? 0; i > 0; i--) reply(Buffer.from(`answer ${i}`))
  })
  const client = await TcpClient.connect(t, endpoint)
  await client.send(framed(Buffer.of(0), Buffer.of(3), Buffer.of(0), Buffer.of(1)))
  t.strictSame(await client.messages(4), ['answer 3', 'answer 2', 'answer 1', 'answer 1'])
})

t.test('RFC 1035 §4.2.2 messages without octets are messages too', async (t) => {
  const { endpoint } = await listen(t, (packet, _peer, reply) => {
    reply(Buffer.from(`${packet.length}`))
  })
  const client = await TcpClient.connect(t, endpoint)
  await client.send(framed(Buffer.alloc(0), Buffer.alloc(0), Buffer.from('xyz')))
  t.strictSame(await client.messages(3), ['0', '0', '3'])
})

t.test('RFC 1035 §4.2.2 messages of 65,535 octets go both ways', async (t) => {
  const { endpoint } = await listen(t, echo)
  const client = await TcpClient.connect(t, endpoint)
  const largest = Buffer.from(Array.from({ length: 0xffff }, (_, i) => i & 0xff))
  await client.send(framed(largest, largest))
  t.ok((await client.message()).equals(largest))
  t.ok((await client.message()).equals(largest))
})

t.test('RFC 7766 §6.2.4 a client that has said all it will say still gets answers', async (t) => {
  const gate = new Gate()
  const { endpoint } = await listen(t, async (packet, _peer, reply) => {
    await gate.opened
    reply(packet)
  })
  const accepted = nextAccepted()
  const client = await TcpClient.connect(t, endpoint)
  const socket = await accepted
  const halfClosed = once(socket, 'end')
  client.socket.end(framed(Buffer.from('one'), Buffer.from('two')))
  await halfClosed
  gate.open()
  t.strictSame(await client.messages(2), ['one', 'two'])
  await client.closed()
  t.equal(client.error, undefined)
})

t.test('a client that ends within a message gets the answers to those before it', async (t) => {
  const { endpoint } = await listen(t, echo)
  const client = await TcpClient.connect(t, endpoint)
  client.socket.end(Buffer.concat([framed(Buffer.from('whole')), Buffer.of(0, 9, 1)]))
  t.strictSame(await client.messages(1), ['whole'])
  await client.closed()
  t.equal(client.error, undefined)
})

t.test('a client that resets its connection while it is answered harms nobody', async (t) => {
  const gate = new Gate()
  const taken = new Gate()
  const { endpoint } = await listen(t, async (packet, _peer, reply) => {
    if (packet.toString() === 'slow') {
      taken.open()
      await gate.opened
    }
    reply(packet)
    reply(packet)
  })
  const accepted = nextAccepted()
  const client = await TcpClient.connect(t, endpoint)
  await client.send(Buffer.concat([framed(Buffer.from('slow')), Buffer.of(1)]))
  await taken.opened
  const socket = await accepted
  const gone = socketClosed(socket)
  client.socket.resetAndDestroy()
  await gone
  gate.open()
  const next = await TcpClient.connect(t, endpoint)
  await next.send(framed(Buffer.from('next')))
  t.strictSame(await next.messages(2), ['next', 'next'])
})

t.test('a client that is gone before it is accepted harms nobody', async (t) => {
  const { endpoint } = await listen(t, echo)
  // While this process waits for the other one it accepts nothing.
  const client = `require('node:net').connect(${endpoint.port}, '127.0.0.1')
    .on('connect', function () { this.resetAndDestroy() })`
  t.equal(spawnSync(process.execPath, ['-e', client]).status, 0)
  const next = await TcpClient.connect(t, endpoint)
  await next.send(framed(Buffer.from('next')))
  t.strictSame(await next.messages(1), ['next'])
})

t.test('an endpoint that is taken is an error that says so', async (t) => {
  const { endpoint } = await listen(t, echo)
  await t.rejects(listenTcp(endpoint, echo, noProxies()), { code: 'EADDRINUSE' })
})
