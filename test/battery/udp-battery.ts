/** What UDP has to do, over node:dgram and in batches. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'
import type { Peer } from '../../src/transport/transport.ts'
import type { ListenUdp } from '../../src/transport/udp-mode.ts'
import { Counters } from '../../src/base/counters.ts'
import { noProxies } from '../support/listen-options.ts'
import { freePort } from '../support/peer.ts'
import { quickFor } from '../support/quick.ts'
import { Gate } from '../support/raw-tcp-client.ts'
import { echo, hasIpv6, listenWith, UdpClient } from '../support/udp-client.ts'

/** Files its tests below `t`. */
export const udpBattery = (t: Test, listenUdp: ListenUdp): void => {
  const listen = listenWith(listenUdp)
  for (const address of ['127.0.0.1', '::1']) {
    const skip = address === '::1' && !hasIpv6 ? 'there is no IPv6 here' : false
    void t.test(`RFC 1035 §4.2.1 a datagram to ${address} is answered`, { skip }, async (t) => {
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

  void t.test(
    'RFC 1035 §4.2.1 datagrams are answered one by one, some late and some never',
    async (t) => {
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
    },
  )

  void t.test('a request may have several answers', async (t) => {
    const { endpoint } = await listen(t, (packet, _peer, reply) => {
      reply(packet)
      reply(packet)
    })
    const client = new UdpClient(t, endpoint)
    client.send('twice')
    t.equal(await client.message(), 'twice')
    t.equal(await client.message(), 'twice')
  })

  void t.test('an answer that the system does not take is lost, and nothing else', async (t) => {
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

  void t.test('an answer to a client that is gone harms nobody', async (t) => {
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

  void t.test('closing waits for the answers that are in the making, and sends them', async (t) => {
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

  void t.test('closing sends the answers that were given at once', async (t) => {
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

  void t.test('what can be answered at once does not come to the handler', async (t) => {
    const asked: string[] = []
    const options = { ...noProxies(), quick: quickFor(asked) }
    const endpoint = { address: '127.0.0.1', port: 0 }
    const listener = await listenUdp(endpoint, echo, options)
    t.teardown(() => listener.close())
    const client = new UdpClient(t, listener.endpoint)
    for (const text of ['drop', 'quick', 'slow', 'quick again']) client.send(text)
    const texts = [await client.message(), await client.message(), await client.message()]
    t.strictSame(texts, ['at once: quick', 'slow', 'at once: quick again'])
    t.equal(asked[1], 'quick 127.0.0.1 udp')
  })

  void t.test('what a proxy sends is for the handler', async (t) => {
    const options = { isProxy: () => true, counters: new Counters(), quick: quickFor() }
    const listener = await listenUdp({ address: '127.0.0.1', port: 0 }, echo, options)
    t.teardown(() => listener.close())
    const client = new UdpClient(t, listener.endpoint)
    client.send('\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00quick')
    t.equal(await client.message(), 'quick')
  })

  void t.test('an endpoint that is taken is an error that says so', async (t) => {
    const { endpoint } = await listen(t, echo)
    await t.rejects(async () => listenUdp(endpoint, echo, noProxies()), { code: 'EADDRINUSE' })
  })

  void t.test(
    'the unspecified addresses of both families share a port',
    { skip: !hasIpv6 },
    async (t) => {
      // One that the system gives for the one family may be another's in the other.
      const port = await freePort()
      for (const address of ['::', '0.0.0.0']) {
        const listener = await listenUdp({ address, port }, echo, noProxies())
        t.teardown(() => listener.close())
        t.equal(listener.endpoint.port, port)
      }
    },
  )
}
