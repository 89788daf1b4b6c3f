/** Closing a TCP listener: what was taken is answered, and nobody can keep it open. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { listenTcp } from '../../src/transport/tcp.ts'
import { TCP_LIMITS, type TcpLimits } from '../../src/transport/tcp-connection.ts'
import type { Handler, Listener } from '../../src/transport/transport.ts'
import {
  framed,
  Gate,
  holdClock,
  nextAccepted,
  runningTimers,
  TcpClient,
} from '../support/raw-tcp-client.ts'
import { noProxies } from '../support/listen-options.ts'

const echo: Handler = (packet, _peer, reply) => {
  reply(packet)
}

const listen = async (handler: Handler, limits: Partial<TcpLimits> = {}): Promise<Listener> =>
  listenTcp({ address: '127.0.0.1', port: 0 }, handler, noProxies(), { ...TCP_LIMITS, ...limits })

/** A client, and its connection as the server sees it. */
const connected = async (
  t: Test,
  { endpoint }: Listener,
  options = {},
): Promise<[TcpClient, Socket]> => {
  const accepted = nextAccepted()
  const client = await TcpClient.connect(t, endpoint, options)
  return [client, await accepted]
}

/** A handler that answers when its gate is opened, and says when it has taken a packet. */
class Slow {
  readonly gate = new Gate()
  readonly taken = new Gate()
  readonly packets: string[] = []

  readonly handle: Handler = async (packet, _peer, reply) => {
    this.packets.push(Buffer.from(packet).toString())
    this.taken.open()
    await this.gate.opened
    reply(packet)
  }
}

t.test('RFC 7766 §6.2.4 what was taken is answered, and then the connection ends', async (t) => {
  const slow = new Slow()
  const listener = await listen(slow.handle)
  const [client] = await connected(t, listener)
  await client.send(framed(Buffer.from('one'), Buffer.from('two')))
  await slow.taken.opened
  const closed = listener.close()
  slow.gate.open()
  t.strictSame(await client.messages(2), ['one', 'two'])
  t.equal((await client.ended()).length, 0)
  await closed
  t.equal(client.error, undefined)
})

t.test('nobody can connect any more once it closes', async (t) => {
  const slow = new Slow()
  const listener = await listen(slow.handle)
  const [client] = await connected(t, listener)
  await client.send(framed(Buffer.from('one')))
  await slow.taken.opened
  const closed = listener.close()
  const late = connect(listener.endpoint.port, '127.0.0.1')
  t.match(await once(late, 'error'), [{ code: 'ECONNREFUSED' }])
  slow.gate.open()
  await closed
})

t.test('connections on which nothing happens are ended', async (t) => {
  const listener = await listen(echo)
  const [silent] = await connected(t, listener)
  const [used] = await connected(t, listener)
  await used.send(framed(Buffer.from('used')))
  t.strictSame(await used.messages(1), ['used'])
  const [within] = await connected(t, listener)
  await within.send(Buffer.of(0, 9, 1))
  await listener.close()
  for (const client of [silent, used, within]) {
    t.equal((await client.ended()).length, 0)
    t.equal(client.error, undefined)
  }
})

t.test('requests that come after it are not taken, and do not cost the others', async (t) => {
  const slow = new Slow()
  const listener = await listen(slow.handle)
  const [client, socket] = await connected(t, listener)
  await client.send(framed(Buffer.from('before')))
  await slow.taken.opened
  const closed = listener.close()
  const arrived = once(socket, 'data')
  await client.send(framed(Buffer.from('after')))
  await arrived
  slow.gate.open()
  t.strictSame(await client.messages(1), ['before'])
  t.equal((await client.ended()).length, 0)
  await closed
  t.equal(client.error, undefined)
  t.strictSame(slow.packets, ['before'])
})

t.test('a request of which the rest comes after it is not waited for', async (t) => {
  holdClock(t)
  const slow = new Slow()
  const messageMilliseconds = 54_321
  const timers = runningTimers(t, messageMilliseconds)
  const listener = await listen(slow.handle, { messageMilliseconds })
  const [client] = await connected(t, listener)
  const unfinished = framed(Buffer.from('unfinished')).subarray(0, 5)
  await client.send(Buffer.concat([framed(Buffer.from('before')), unfinished]))
  await slow.taken.opened
  t.equal(timers.size, 1)
  const closed = listener.close()
  // Nor does its lateness cost the answer that is in the making.
  t.equal(timers.size, 0)
  slow.gate.open()
  t.strictSame(await client.messages(1), ['before'])
  await closed
})

t.test('requests that wait their turn are still answered', async (t) => {
  const slow = new Slow()
  const listener = await listen(slow.handle, { pipelined: 1 })
  const [client] = await connected(t, listener)
  await client.send(framed(...['one', 'two', 'three'].map((text) => Buffer.from(text))))
  await slow.taken.opened
  const closed = listener.close()
  slow.gate.open()
  t.strictSame(await client.messages(3), ['one', 'two', 'three'])
  await closed
})

t.test('an answer that takes longer than a farewell is waited for', async (t) => {
  const slow = new Slow()
  const listener = await listen(slow.handle, { farewellMilliseconds: 10 })
  const [client, socket] = await connected(t, listener)
  await client.send(framed(Buffer.from('one')))
  await slow.taken.opened
  socket.setTimeout(60)
  const closed = listener.close()
  await once(socket, 'timeout')
  slow.gate.open()
  t.strictSame(await client.messages(1), ['one'])
  await closed
})

t.test('a client that does not close its side is left', async (t) => {
  const listener = await listen(echo, { farewellMilliseconds: 50 })
  const [client] = await connected(t, listener, { allowHalfOpen: true })
  await client.send(framed(Buffer.from('one')))
  t.strictSame(await client.messages(1), ['one'])
  await listener.close()
  await client.ended()
  t.equal(client.socket.writable, true)
})

t.test('a client that does not read its answers is left', async (t) => {
  const handled = new Gate()
  const listener = await listen(
    (_packet, _peer, reply) => {
      reply(Buffer.alloc(0xffff))
      handled.open()
    },
    { farewellMilliseconds: 50 },
  )
  const [client, socket] = await connected(t, listener)
  client.socket.pause()
  await client.send(framed(...Array.from({ length: 4000 }, () => Buffer.from('more'))))
  await handled.opened
  await listener.close()
  t.equal(socket.destroyed, true)
})

t.test('a client that goes on sending for ever is left', async (t) => {
  const listener = await listen(echo, { farewellMilliseconds: 50 })
  const [client] = await connected(t, listener, { allowHalfOpen: true })
  const octets = framed(...Array.from({ length: 1000 }, () => Buffer.from('for ever')))
  const sending = (async () => {
    while (client.socket.writable) await client.send(octets)
  })()
  await client.message()
  await listener.close()
  client.socket.destroy()
  await sending
  t.pass('it has closed')
})
