/** Clients behind a proxy that speaks the PROXY protocol, over real sockets. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { Counters } from '../../src/base/counters.ts'
import { TCP_LIMITS, type TcpLimits } from '../../src/transport/tcp-connection.ts'
import { listenTcp } from '../../src/transport/tcp.ts'
import type { Handler, Listener, Peer } from '../../src/transport/transport.ts'
import { listenUdp } from '../../src/transport/udp.ts'
import { hex } from '../support/messages.ts'
import { framed, Gate, nextAccepted, seemIdle, TcpClient } from '../support/raw-tcp-client.ts'

const SIGNATURE = '0d0a0d0a 000d0a51 5549540a'
const ENDPOINT = { address: '127.0.0.1', port: 0 }

/** version 2, PROXY, over IPv4: 192.0.2.1#5353 asks 198.51.100.1#53 */
const FROM_IPV4 = hex(`${SIGNATURE} 21 12 000c c0000201 c6336401 14e9 0035`)
/** The same with an option that says nothing (PP2_TYPE_NOOP). */
const WITH_OPTION = hex(`${SIGNATURE} 21 11 0011 c0000201 c6336401 14e9 0035 04 0002 0000`)
const FROM_IPV6 = hex(
  `${SIGNATURE} 21 22 0024 20010db8000000000000000000000001 20010db8000000000000000000000053 14e9 0035`,
)
const LOCAL = hex(`${SIGNATURE} 20 00 0000`)
const VERSION_1 = Buffer.from('PROXY UDP4 192.0.2.1 198.51.100.1 5353 53\r\n')

const CLIENT = { address: '192.0.2.1', port: 5353 }
const CLIENT6 = { address: '2001:db8:0:0:0:0:0:1', port: 5353 }

/** What a listener's handler was given: octets as text, and from whom. */
class Seen {
  readonly counters = new Counters()
  readonly packets: [text: string, peer: Peer][] = []
  readonly handler: Handler = (packet, peer, reply) => {
    this.packets.push([Buffer.from(packet).toString(), peer])
    reply(Buffer.concat([Buffer.from('re: '), packet]))
  }

  /** Listens, and takes those for proxies that are listed. */
  async listen(
    t: Test,
    transport: 'udp' | 'tcp',
    proxies: readonly string[],
    limits: Partial<TcpLimits> = {},
  ): Promise<Listener> {
    const isProxy = (address: string): boolean => proxies.includes(address)
    const options = { isProxy, counters: this.counters }
    const all = { ...TCP_LIMITS, farewellMilliseconds: 50, ...limits }
    const listener = await (transport === 'udp'
      ? listenUdp(ENDPOINT, this.handler, options)
      : listenTcp(ENDPOINT, this.handler, options, all))
    t.teardown(() => listener.close())
    return listener
  }
}

class Datagrams {
  readonly socket: Socket
  private readonly received: string[] = []
  private readonly to: Listener

  constructor(t: Test, to: Listener) {
    this.to = to
    this.socket = createSocket('udp4')
    // It hears nobody else: ports are given again to others soon.
    this.socket.on('message', (message, { port }) => {
      if (port === to.endpoint.port) this.received.push(message.toString())
    })
    t.teardown(() => {
      this.socket.close()
    })
  }

  send(...parts: readonly Buffer[]): void {
    const { address, port } = this.to.endpoint
    this.socket.send([...parts], port, address)
  }

  async next(): Promise<string> {
    for (;;) {
      const text = this.received.shift()
      if (text !== undefined) return text
      await once(this.socket, 'message')
    }
  }

  get port(): number {
    return this.socket.address().port
  }
}

const words = (text: string): Buffer => Buffer.from(text)

t.test('a datagram of a proxy is its client’s, and the answer goes to the proxy', async (t) => {
  const seen = new Seen()
  const proxy = new Datagrams(t, await seen.listen(t, 'udp', ['127.0.0.1']))
  for (const [header, client] of [
    [FROM_IPV4, CLIENT],
    [WITH_OPTION, CLIENT],
    [FROM_IPV6, CLIENT6],
  ] as const) {
    proxy.send(header, words('hello'))
    t.equal(await proxy.next(), 're: hello', 'without a header of its own')
    t.strictSame(seen.packets.pop(), ['hello', { ...client, transport: 'udp' }])
  }
  t.strictSame(seen.counters.all(), {})
})

t.test('a datagram that a proxy sends for itself is its own', async (t) => {
  const seen = new Seen()
  const proxy = new Datagrams(t, await seen.listen(t, 'udp', ['127.0.0.1']))
  proxy.send(LOCAL, words('are you there'))
  t.equal(await proxy.next(), 're: are you there')
  const own = { address: '127.0.0.1', port: proxy.port, transport: 'udp' }
  t.strictSame(seen.packets, [['are you there', own]])
})

t.test('a datagram without anything behind its header is empty', async (t) => {
  const seen = new Seen()
  const proxy = new Datagrams(t, await seen.listen(t, 'udp', ['127.0.0.1']))
  proxy.send(FROM_IPV4)
  t.equal(await proxy.next(), 're: ')
})

t.test('a datagram of a proxy with a bad header, or a part of one, is dropped', async (t) => {
  const seen = new Seen()
  const proxy = new Datagrams(t, await seen.listen(t, 'udp', ['127.0.0.1']))
  const bad = [
    words('hello'),
    Buffer.alloc(0),
    VERSION_1,
    FROM_IPV4.subarray(0, 15),
    FROM_IPV4.subarray(0, 27),
    hex(`${SIGNATURE} 22 12 000c c0000201 c6336401 14e9 0035`),
  ]
  for (const octets of bad) proxy.send(octets)
  proxy.send(FROM_IPV4, words('good'))
  t.equal(await proxy.next(), 're: good')
  t.strictSame(
    seen.packets.map(([text]) => text),
    ['good'],
  )
  t.strictSame(seen.counters.all(), { 'proxy headers bad': bad.length })
})

t.test('a datagram of a peer that is not listed is taken as it is', async (t) => {
  const seen = new Seen()
  const peer = new Datagrams(t, await seen.listen(t, 'udp', ['127.0.0.2', '::1']))
  for (const octets of [FROM_IPV4, LOCAL, words('hello')]) {
    peer.send(octets)
    t.equal(await peer.next(), `re: ${octets.toString()}`)
    const [text, from] = seen.packets.pop() ?? []
    t.equal(text, octets.toString())
    t.strictSame(from, { address: '127.0.0.1', port: peer.port, transport: 'udp' })
  }
  t.strictSame(seen.counters.all(), {})
})

t.test('a connection of a proxy is its client’s, from its header on', async (t) => {
  const seen = new Seen()
  const { endpoint } = await seen.listen(t, 'tcp', ['127.0.0.1'])
  for (const [header, client] of [
    [FROM_IPV4, CLIENT],
    [WITH_OPTION, CLIENT],
    [FROM_IPV6, CLIENT6],
  ] as const) {
    const proxy = await TcpClient.connect(t, endpoint)
    await proxy.send(Buffer.concat([header, framed(words('one'), words('two'))]))
    t.strictSame(await proxy.messages(2), ['re: one', 're: two'])
    await proxy.send(framed(words('three')))
    t.strictSame(await proxy.messages(1), ['re: three'])
    t.strictSame(
      seen.packets.splice(0),
      ['one', 'two', 'three'].map((text) => [text, { ...client, transport: 'tcp' }]),
    )
  }
  t.strictSame(seen.counters.all(), {})
})

t.test('the header may come octet by octet, and so may what is behind it', async (t) => {
  const seen = new Seen()
  const { endpoint } = await seen.listen(t, 'tcp', ['127.0.0.1'])
  const proxy = await TcpClient.connect(t, endpoint)
  for (const octet of Buffer.concat([WITH_OPTION, framed(words('slow'))])) {
    await proxy.send(Buffer.from([octet]))
  }
  t.strictSame(await proxy.messages(1), ['re: slow'])
  t.strictSame(seen.packets, [['slow', { ...CLIENT, transport: 'tcp' }]])
})

t.test('the header may be parted from the message anywhere', async (t) => {
  const seen = new Seen()
  const { endpoint } = await seen.listen(t, 'tcp', ['127.0.0.1'])
  const whole = Buffer.concat([FROM_IPV4, framed(words('x'))])
  for (const at of [1, 12, 16, 27, 28, 29, 30]) {
    const proxy = await TcpClient.connect(t, endpoint)
    await proxy.send(whole.subarray(0, at))
    await new Promise(setImmediate)
    await proxy.send(whole.subarray(at))
    t.strictSame(await proxy.messages(1), ['re: x'], `${at} octets first`)
  }
  t.strictSame(new Set(seen.packets.map(([, { address }]) => address)), new Set([CLIENT.address]))
})

t.test('a connection that a proxy opens for itself is its own', async (t) => {
  const seen = new Seen()
  const { endpoint } = await seen.listen(t, 'tcp', ['127.0.0.1'])
  const proxy = await TcpClient.connect(t, endpoint)
  await proxy.send(Buffer.concat([LOCAL, framed(words('check'))]))
  t.strictSame(await proxy.messages(1), ['re: check'])
  const own = { address: '127.0.0.1', port: proxy.socket.localPort, transport: 'tcp' }
  t.strictSame(seen.packets, [['check', own]])
})

t.test('a connection of a proxy with a bad header is closed, and counted', async (t) => {
  const seen = new Seen()
  const { endpoint } = await seen.listen(t, 'tcp', ['127.0.0.1'])
  const bad = [
    framed(words('hello')),
    VERSION_1,
    Buffer.concat([FROM_IPV4.subarray(0, 5), words('x')]),
    hex(`${SIGNATURE} 21 12 ffff`),
  ]
  for (const octets of bad) {
    const proxy = await TcpClient.connect(t, endpoint)
    await proxy.send(octets)
    t.equal((await proxy.ended()).length, 0)
    await proxy.closed()
  }
  t.strictSame(seen.packets, [])
  t.strictSame(seen.counters.all(), { 'proxy headers bad': bad.length })
})

t.test('a connection of a peer that is not listed is taken as it is', async (t) => {
  const seen = new Seen()
  const { endpoint } = await seen.listen(t, 'tcp', ['127.0.0.2'])
  const peer = await TcpClient.connect(t, endpoint)
  await peer.send(framed(words('hello'), FROM_IPV4))
  t.strictSame(await peer.messages(2), ['re: hello', `re: ${FROM_IPV4.toString()}`])
  const own = { address: '127.0.0.1', port: peer.socket.localPort, transport: 'tcp' }
  t.strictSame(
    seen.packets.map(([, from]) => from),
    [own, own],
  )
  const other = await TcpClient.connect(t, endpoint)
  await other.send(FROM_IPV4)
  other.socket.end()
  t.equal((await other.ended()).length, 0, 'its header is a length of 3338 octets')
  t.equal(seen.packets.length, 2)
})

t.test(
  'a proxy may hold more connections than one client, and they are closed alike',
  async (t) => {
    const seen = new Seen()
    const limits = { connectionsPerAddress: 1 }
    const { endpoint } = await seen.listen(t, 'tcp', ['127.0.0.1'], limits)
    const proxies = [1, 2, 3].map(() => TcpClient.connect(t, endpoint))
    for (const proxy of await Promise.all(proxies)) {
      await proxy.send(Buffer.concat([FROM_IPV4, framed(words('x'))]))
      t.strictSame(await proxy.messages(1), ['re: x'])
    }
    t.strictSame(seen.counters.all(), {})
    const strangers = new Seen()
    const listener = await strangers.listen(t, 'tcp', [], limits)
    const first = await TcpClient.connect(t, listener.endpoint)
    await first.send(framed(words('x')))
    t.strictSame(await first.messages(1), ['re: x'])
    const second = await TcpClient.connect(t, listener.endpoint)
    await second.closed()
    t.strictSame(strangers.counters.all(), { 'tcp connections refused': 1 })
  },
)

t.test('more connections than there may be are refused, and counted', async (t) => {
  const seen = new Seen()
  const listener = await seen.listen(t, 'tcp', ['127.0.0.1'], { connections: 1 })
  const first = await TcpClient.connect(t, listener.endpoint)
  await first.send(Buffer.concat([LOCAL, framed(words('x'))]))
  t.strictSame(await first.messages(1), ['re: x'])
  const second = await TcpClient.connect(t, listener.endpoint)
  await second.closed()
  t.strictSame(seen.counters.all(), { 'tcp connections refused': 1 })
})

t.test('a proxy that never ends its header is cut off as who sends nothing', async (t) => {
  const seen = new Seen()
  const { endpoint } = await seen.listen(t, 'tcp', ['127.0.0.1'])
  const accepted = nextAccepted()
  const proxy = await TcpClient.connect(t, endpoint)
  const socket = await accepted
  const begun = once(socket, 'data')
  await proxy.send(FROM_IPV4.subarray(0, 20))
  await begun
  seemIdle(socket)
  await proxy.closed()
  t.strictSame(seen.counters.all(), { 'tcp connections cut': 1 })
})

t.test('a proxy that closes within its header leaves nothing behind', async (t) => {
  const seen = new Seen()
  const { endpoint } = await seen.listen(t, 'tcp', ['127.0.0.1'])
  const proxy = await TcpClient.connect(t, endpoint)
  proxy.socket.end(FROM_IPV4.subarray(0, 20))
  t.equal((await proxy.ended()).length, 0)
  await proxy.closed()
  t.equal(proxy.error, undefined)
  t.strictSame(seen.packets, [])
})

t.test('closing answers what came behind a header', async (t) => {
  const gate = new Gate()
  const taken = new Gate()
  const options = { isProxy: () => true, counters: new Counters() }
  const listener = await listenTcp(
    ENDPOINT,
    async (packet, _peer, reply) => {
      taken.open()
      await gate.opened
      reply(packet)
    },
    options,
  )
  const proxy = await TcpClient.connect(t, listener.endpoint)
  await proxy.send(Buffer.concat([FROM_IPV4, framed(words('late'))]))
  await taken.opened
  const closed = listener.close()
  gate.open()
  t.strictSame(await proxy.messages(1), ['late'])
  proxy.socket.end()
  await closed
})
