/** What one client can hold of a TCP server: connections, time, and memory. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
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
  seemIdle,
  socketClosed,
  TcpClient,
} from '../support/raw-tcp-client.ts'
import { noProxies } from '../support/listen-options.ts'

const echo: Handler = (packet, _peer, reply) => {
  reply(packet)
}

const listen = async (t: Test, handler: Handler, limits: Partial<TcpLimits>): Promise<Listener> => {
  const all = { ...TCP_LIMITS, farewellMilliseconds: 50, ...limits }
  const listener = await listenTcp({ address: '127.0.0.1', port: 0 }, handler, noProxies(), all)
  t.teardown(() => listener.close())
  return listener
}

/** A client, and its connection as the server sees it. */
const connected = async (t: Test, { endpoint }: Listener): Promise<[TcpClient, Socket]> => {
  const accepted = nextAccepted()
  const client = await TcpClient.connect(t, endpoint)
  return [client, await accepted]
}

const roundTrip = async (client: TcpClient, text: string): Promise<string> => {
  await client.send(framed(Buffer.from(text)))
  return (await client.message()).toString()
}

t.test('RFC 7766 §6.2.3 a connection on which nothing comes is closed', async (t) => {
  const [silent] = await connected(t, await listen(t, echo, { idleMilliseconds: 50 }))
  await silent.closed()
  const [once, socket] = await connected(t, await listen(t, echo, {}))
  t.equal(await roundTrip(once, 'once'), 'once')
  seemIdle(socket)
  await once.closed()
})

t.test('RFC 7766 §6.2.3 waiting for us is not idleness, however often', async (t) => {
  const gate = new Gate()
  const slow: Handler = async (packet, _peer, reply) => {
    await gate.opened
    reply(packet)
  }
  const [client, socket] = await connected(t, await listen(t, slow, {}))
  const taken = once(socket, 'data')
  await client.send(framed(Buffer.from('slow')))
  await taken
  for (let i = 0; i < 3; i++) seemIdle(socket)
  gate.open()
  t.strictSame(await client.messages(1), ['slow'])
  seemIdle(socket)
  await client.closed()
})

t.test('RFC 7766 §6.2.3 a connection whose request was dropped late is closed too', async (t) => {
  const gate = new Gate()
  const dropping: Handler = () => gate.opened
  const [client, socket] = await connected(t, await listen(t, dropping, {}))
  const taken = once(socket, 'data')
  await client.send(framed(Buffer.from('dropped')))
  await taken
  // The next silence ends it, and not the one in which it was waited for us.
  seemIdle(socket)
  socket.setTimeout(20)
  gate.open()
  t.equal((await client.ended()).length, 0)
  await client.closed()
})

t.test(
  'RFC 7766 §10 a message that never ends is cut off, though each octet is in time',
  async (t) => {
    const packets: Uint8Array[] = []
    const listener = await listen(
      t,
      (packet) => {
        packets.push(packet)
      },
      { messageMilliseconds: 50 },
    )
    const [client] = await connected(t, listener)
    await client.send(Buffer.of(0xff, 0xff))
    const closed = client.closed().then(() => true)
    // Octets go on coming until the server has had enough; never as many as were announced.
    for (let sent = 0, isClosed = false; !isClosed; sent++) {
      if (sent < 0xff00) await client.send(Buffer.of(0))
      isClosed = await Promise.race([closed, setImmediate(false)])
    }
    t.strictSame(packets, [])
  },
)

t.test('the time for a message ends with it: a whole one is not cut off', async (t) => {
  const messageMilliseconds = 54_321
  const timers = runningTimers(t, messageMilliseconds)
  const [client, socket] = await connected(t, await listen(t, echo, { messageMilliseconds }))
  const [begin, rest] = [Buffer.of(0), Buffer.of(2, 0x68, 0x69)]
  const begun = once(socket, 'data')
  await client.send(begin)
  await begun
  t.equal(timers.size, 1)
  await client.send(rest)
  t.strictSame(await client.messages(1), ['hi'])
  t.equal(timers.size, 0)
})

t.test('the rest of a message is not late while we do not read', async (t) => {
  holdClock(t)
  const gate = new Gate()
  const slow: Handler = async (packet, _peer, reply) => {
    await gate.opened
    reply(packet)
  }
  const messageMilliseconds = 54_321
  const timers = runningTimers(t, messageMilliseconds)
  const limits = { messageMilliseconds, pipelined: 1 }
  const [client, socket] = await connected(t, await listen(t, slow, limits))
  const third = framed(Buffer.from('third'))
  const two = framed(Buffer.from('first'), Buffer.from('second'))
  const taken = once(socket, 'data')
  await client.send(Buffer.concat([two, third.subarray(0, 4)]))
  await taken
  t.equal(timers.size, 0)
  gate.open()
  t.strictSame(await client.messages(2), ['first', 'second'])
  t.equal(timers.size, 1)
  await client.send(third.subarray(4))
  t.strictSame(await client.messages(1), ['third'])
  t.equal(timers.size, 0)
})

t.test(
  'RFC 7766 §10 a connection over the limit is closed at once, until one has gone',
  async (t) => {
    const limits = { connections: 2 }
    const listener = await listen(t, echo, limits)
    const [first, atServer] = await connected(t, listener)
    const [second] = await connected(t, listener)
    const third = await TcpClient.connect(t, listener.endpoint)
    await third.closed()
    t.equal(await roundTrip(first, 'first'), 'first')
    t.equal(await roundTrip(second, 'second'), 'second')
    const gone = socketClosed(atServer)
    first.socket.end()
    await gone
    const [fourth] = await connected(t, listener)
    t.equal(await roundTrip(fourth, 'fourth'), 'fourth')
  },
)

t.test('RFC 7766 §10 one address cannot have more than its share', async (t) => {
  const listener = await listen(t, echo, { connectionsPerAddress: 2 })
  const [first, atServer] = await connected(t, listener)
  const [second] = await connected(t, listener)
  const [third] = await connected(t, listener)
  await third.closed()
  t.equal(await roundTrip(second, 'second'), 'second')
  const gone = socketClosed(atServer)
  first.socket.resetAndDestroy()
  await gone
  const [fourth] = await connected(t, listener)
  t.equal(await roundTrip(fourth, 'fourth'), 'fourth')
  const [fifth] = await connected(t, listener)
  await fifth.closed()
})

t.test(
  'RFC 7766 §10 the share of one address is not that of another',
  { skip: process.platform === 'linux' ? false : 'only Linux has all of 127.0.0.0/8' },
  async (t) => {
    const listener = await listen(t, echo, { connectionsPerAddress: 1 })
    const [first] = await connected(t, listener)
    const other = await TcpClient.connect(t, listener.endpoint, { localAddress: '127.0.0.2' })
    t.equal(await roundTrip(other, 'other'), 'other')
    t.equal(await roundTrip(first, 'first'), 'first')
  },
)

t.test('RFC 7766 §6.2.1.1 no more requests are worked on than the limit says', async (t) => {
  holdClock(t)
  const gates: Gate[] = []
  let atOnce = 0
  let most = 0
  const handler: Handler = async (packet, _peer, reply) => {
    const gate = new Gate()
    gates.push(gate)
    most = Math.max(most, ++atOnce)
    await gate.opened
    atOnce--
    reply(packet)
  }
  const [client] = await connected(t, await listen(t, handler, { pipelined: 3 }))
  const texts = Array.from({ length: 10 }, (_, i) => `request ${i}`)
  await client.send(framed(...texts.map((text) => Buffer.from(text))))
  const answers: string[] = []
  const reading = client.messages(10).then((all) => answers.push(...all))
  // Each gate that opens lets one answer out and one request in.
  while (answers.length < 10) {
    gates.shift()?.open()
    await setImmediate()
  }
  await reading
  t.strictSame(answers, texts)
  t.equal(most, 3)
})
