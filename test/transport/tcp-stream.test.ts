/** Answers of many messages: they go on as the client reads, and end when it does not. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Counters } from '../../src/base/counters.ts'
import { listenTcp } from '../../src/transport/tcp.ts'
import { TCP_LIMITS } from '../../src/transport/tcp-connection.ts'
import type { Flow, Handler, Listener } from '../../src/transport/transport.ts'
import { framed, Gate, nextAccepted, seemIdle, TcpClient } from '../support/raw-tcp-client.ts'
import { noProxies } from '../support/listen-options.ts'

const MESSAGE = Buffer.alloc(16_384, 'x')

/** More than the buffers of two sockets take. */
const MESSAGES = 3_000

/** Answers `long` with many messages, anything else with itself. */
class Streaming {
  sent = 0
  most = 0
  outcome: 'all' | 'ended' | undefined
  readonly done = new Gate()
  socket: Socket | undefined

  readonly handle: Handler = (packet, _peer, reply, flow) => {
    if (packet.toString() !== 'long' || flow === undefined) {
      reply(packet)
      return
    }
    return this.stream(reply, flow)
  }

  private async stream(reply: (message: Uint8Array) => void, flow: Flow): Promise<void> {
    this.outcome = 'all'
    while (this.sent < MESSAGES) {
      reply(MESSAGE)
      this.sent++
      this.most = Math.max(this.most, this.socket?.writableLength ?? 0)
      if (await flow.drained()) continue
      this.outcome = 'ended'
      break
    }
    this.done.open()
  }
}

const listen = async (t: Test, handler: Handler, counters = new Counters()): Promise<Listener> => {
  const limits = { ...TCP_LIMITS, farewellMilliseconds: 50 }
  const endpoint = { address: '127.0.0.1', port: 0 }
  const listener = await listenTcp(endpoint, handler, noProxies(counters), limits)
  t.teardown(() => listener.close())
  return listener
}

/** A client that has asked for the long answer and reads nothing. */
const asking = async (t: Test, listener: Listener, streaming: Streaming): Promise<TcpClient> => {
  const accepted = nextAccepted()
  const client = await TcpClient.connect(t, listener.endpoint)
  streaming.socket = await accepted
  client.socket.pause()
  await client.send(framed(Buffer.from('long')))
  return client
}

/** Until no more is sent: the buffers between the sockets are full. */
const untilStill = async (streaming: Streaming): Promise<void> => {
  for (let still = 0, before = -1; still < 50;) {
    await setImmediate()
    still = streaming.sent === before && before > 0 ? still + 1 : 0
    before = streaming.sent
  }
}

t.test('a client that does not read makes the answer wait, in little memory', async (t) => {
  const streaming = new Streaming()
  const listener = await listen(t, streaming.handle)
  const client = await asking(t, listener, streaming)
  await untilStill(streaming)
  t.ok(streaming.sent < MESSAGES)
  t.ok(streaming.most < TCP_LIMITS.streamedOctets + 2 * MESSAGE.length, `${streaming.most}`)
  t.equal(streaming.outcome, 'all')
  client.socket.resume()
  for (let i = 0; i < MESSAGES; i++) t.equal((await client.message()).length, MESSAGE.length)
  await streaming.done.opened
  t.equal(streaming.outcome, 'all')
})

t.test('RFC 7766 §6.2.1.1 others are answered between the messages of a long answer', async (t) => {
  const streaming = new Streaming()
  const client = await asking(t, await listen(t, streaming.handle), streaming)
  await untilStill(streaming)
  await client.send(framed(Buffer.from('short')))
  client.socket.resume()
  let long = 0
  for (;;) {
    const message = await client.message()
    if (message.toString() === 'short') break
    long++
  }
  t.ok(long < MESSAGES, `after ${long} of ${MESSAGES}`)
})

t.test('RFC 7766 §6.2.3 a client that stops reading is cut off', async (t) => {
  const streaming = new Streaming()
  const counters = new Counters()
  await asking(t, await listen(t, streaming.handle, counters), streaming)
  await untilStill(streaming)
  if (streaming.socket !== undefined) seemIdle(streaming.socket)
  await streaming.done.opened
  t.equal(streaming.outcome, 'ended')
  t.equal(counters.of('tcp connections cut'), 1)
})

t.test('a client that goes away ends the answer', async (t) => {
  const streaming = new Streaming()
  const client = await asking(t, await listen(t, streaming.handle), streaming)
  await untilStill(streaming)
  client.socket.resetAndDestroy()
  await streaming.done.opened
  t.equal(streaming.outcome, 'ended')
})

t.test('closing does not wait for long answers', async (t) => {
  const streaming = new Streaming()
  const listener = await listen(t, streaming.handle)
  await asking(t, listener, streaming)
  await untilStill(streaming)
  await listener.close()
  await streaming.done.opened
  t.equal(streaming.outcome, 'ended')
})

t.test('an answer that cannot be finished ends the connection', async (t) => {
  const cutting: Handler = async (_packet, _peer, reply, flow) => {
    reply(MESSAGE)
    await flow?.drained()
    flow?.cut()
  }
  const client = await TcpClient.connect(t, (await listen(t, cutting)).endpoint)
  await client.send(framed(Buffer.from('long')))
  await client.closed()
})

t.test('a client that has said all still gets a long answer', async (t) => {
  const streaming = new Streaming()
  const client = await asking(t, await listen(t, streaming.handle), streaming)
  client.socket.end()
  await untilStill(streaming)
  client.socket.resume()
  for (let i = 0; i < MESSAGES; i++) await client.message()
  await once(client.socket, 'close')
  t.equal(streaming.outcome, 'all')
})
