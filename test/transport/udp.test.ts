/** Datagrams: each is a message, its answers go back to where it came from. */
import { createSocket, Socket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import t, { type Test } from 'tap'
import type { Endpoint, Handler, Peer } from '../../src/transport/transport.ts'
import { listenUdp } from '../../src/transport/udp.ts'
import { Gate } from '../support/raw-tcp-client.ts'
import { noProxies } from '../support/listen-options.ts'

const echo: Handler = (packet, _peer, reply) => {
  reply(packet)
}

const listen = async (
  t: Test,
  handler: Handler,
  address = '127.0.0.1',
): Promise<{ readonly endpoint: Endpoint; readonly close: () => Promise<void> }> => {
  const listener = await listenUdp({ address, port: 0 }, handler, noProxies())
  let isClosed = false
  const close = async (): Promise<void> => {
    if (!isClosed) await listener.close()
    isClosed = true
  }
  t.teardown(close)
  return { endpoint: listener.endpoint, close }
}

class UdpClient {
  readonly socket: Socket
  private readonly to: Endpoint
  private readonly received: Buffer[] = []

  constructor(t: Test, to: Endpoint) {
    this.to = to
    this.socket = createSocket(to.address.includes(':') ? 'udp6' : 'udp4')
    this.socket.on('message', (message) => this.received.push(message))
    t.teardown(() => {
      this.socket.close()
    })
  }

  send(text: string): void {
    this.socket.send(text, this.to.port, this.to.address)
  }

  async message(): Promise<string> {
    while (this.received.length === 0) await once(this.socket, 'message')
    return String(this.received.shift())
  }
}

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1')

for (const address of ['127.0.0.1', '::1']) {
  const skip = address === '::1' && !hasIpv6 ? 'there is no IPv6 here' : false
  t.test(`RFC 1035 §4.2.1 a datagram to ${address} is answered`, { skip }, async (t) => {
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
    const client = new UdpClient(t, endpoint)
    client.send('hello')
    t.equal(await client.message(), 'hello')
    t.strictSame(peers, [{ address, port: client.socket.address().port, transport: 'udp' }])
  })
}

t.test('RFC 1035 §4.2.1 datagrams are answered one by one, some late and some never', async (t) => {
  const gate = new Gate()
  const { endpoint } = await listen(t, async (packet, _peer, reply) => {
    const text = Buffer.from(packet).toString()
    if (text === 'never') return
    if (text === 'late') await gate.opened
    reply(packet)
  })
  const client = new UdpClient(t, endpoint)
  for (const text of ['late', 'never', '', 'soon']) client.send(text)
  t.equal(await client.message(), '')
  t.equal(await client.message(), 'soon')
  gate.open()
  t.equal(await client.message(), 'late')
})

t.test('a request may have several answers', async (t) => {
  const { endpoint } = await listen(t, (packet, _peer, reply) => {
    reply(packet)
    reply(packet)
  })
  const client = new UdpClient(t, endpoint)
  client.send('twice')
  t.equal(await client.message(), 'twice')
  t.equal(await client.message(), 'twice')
})

t.test('an answer that the system does not take is lost, and nothing else', async (t) => {
  const { endpoint, close } = await listen(t, (packet, _peer, reply) => {
    // No datagram is that long.
    if (packet.length === 0) reply(Buffer.alloc(70_000))
    else reply(packet)
  })
  const client = new UdpClient(t, endpoint)
  client.send('')
  client.send('next')
  t.equal(await client.message(), 'next')
  await close()
})

t.test('an answer to a client that is gone harms nobody', async (t) => {
  const gate = new Gate()
  const taken = new Gate()
  const { endpoint } = await listen(t, async (packet, _peer, reply) => {
    if (Buffer.from(packet).toString() === 'gone') {
      taken.open()
      await gate.opened
    }
    reply(packet)
  })
  const gone = createSocket('udp4')
  gone.send('gone', endpoint.port, endpoint.address)
  await taken.opened
  const closed = once(gone, 'close')
  gone.close()
  await closed
  gate.open()
  const client = new UdpClient(t, endpoint)
  for (const text of ['one', 'two']) {
    client.send(text)
    t.equal(await client.message(), text)
  }
})

/** The listener's own socket, to bring about what no client on this machine can. */
const listeningSocket = async (
  t: Test,
  handler: Handler,
): Promise<[Socket, Awaited<ReturnType<typeof listen>>]> => {
  // Called below with the socket as its receiver.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const binds = t.capture(Socket.prototype, 'bind', Socket.prototype.bind)
  const listener = await listen(t, handler)
  // What is called as a method of a socket has one as its receiver.
  return [binds()[0]?.receiver as Socket, listener]
}

t.test('RFC 1122 §4.1.3.3 an ICMP error that comes back does not end the service', async (t) => {
  const [socket, { endpoint }] = await listeningSocket(t, echo)
  socket.emit('error', Object.assign(new Error('recvmsg ECONNREFUSED'), { code: 'ECONNREFUSED' }))
  const client = new UdpClient(t, endpoint)
  client.send('next')
  t.equal(await client.message(), 'next')
})

t.test('RFC 768 a datagram without a source port is not answered, and harms nobody', async (t) => {
  const packets: string[] = []
  const [socket, { endpoint }] = await listeningSocket(t, (packet, _peer, reply) => {
    packets.push(Buffer.from(packet).toString())
    reply(packet)
  })
  const from: RemoteInfo = { address: '127.0.0.1', family: 'IPv4', port: 0, size: 7 }
  socket.emit('message', Buffer.from('spoofed'), from)
  const client = new UdpClient(t, endpoint)
  client.send('next')
  t.equal(await client.message(), 'next')
  t.strictSame(packets, ['next'])
})

t.test('closing waits for the answers that are in the making, and sends them', async (t) => {
  const gate = new Gate()
  const taken = new Gate()
  const { endpoint, close } = await listen(t, async (packet, _peer, reply) => {
    taken.open()
    await gate.opened
    reply(packet)
  })
  const client = new UdpClient(t, endpoint)
  client.send('late')
  await taken.opened
  let isClosed = false
  const closed = close().then(() => {
    isClosed = true
  })
  await new Promise(setImmediate)
  t.equal(isClosed, false)
  gate.open()
  t.equal(await client.message(), 'late')
  await closed
})

t.test('closing sends the answers that were given at once', async (t) => {
  const closing = new Gate()
  const { endpoint, close } = await listen(t, (packet, _peer, reply) => {
    for (let i = 0; i < 20; i++) reply(packet)
    closing.open()
    void close()
  })
  const client = new UdpClient(t, endpoint)
  client.send('at once')
  await closing.opened
  for (let i = 0; i < 20; i++) t.equal(await client.message(), 'at once')
})

t.test('closing takes no more datagrams', async (t) => {
  const packets: string[] = []
  const gate = new Gate()
  const taken = new Gate()
  const [socket, { endpoint, close }] = await listeningSocket(t, async (packet) => {
    packets.push(Buffer.from(packet).toString())
    taken.open()
    await gate.opened
  })
  const client = new UdpClient(t, endpoint)
  client.send('before')
  await taken.opened
  const closed = close()
  const received = new Promise((resolve) => socket.once('message', resolve))
  client.send('after')
  await received
  gate.open()
  await closed
  t.strictSame(packets, ['before'])
})

t.test('an endpoint that is taken is an error that says so', async (t) => {
  const { endpoint } = await listen(t, echo)
  await t.rejects(listenUdp(endpoint, echo, noProxies()), { code: 'EADDRINUSE' })
})

t.test('the unspecified addresses of both families share a port', { skip: !hasIpv6 }, async (t) => {
  const { endpoint } = await listen(t, echo, '::')
  const both = await listenUdp({ address: '0.0.0.0', port: endpoint.port }, echo, noProxies())
  t.equal(both.endpoint.port, endpoint.port)
  await both.close()
})
