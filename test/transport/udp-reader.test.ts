/** A thread's socket beside the one that opened it: what is answered there, and what is handed over. */
import type { Test } from 'tap'
import type { Datagram } from '../../src/transport/batch-socket.ts'
import { listenUdpInBatches, type SocketSharing } from '../../src/transport/udp-batch.ts'
import { UdpReader, type ReaderOptions } from '../../src/transport/udp-reader.ts'
import type { Handler } from '../../src/transport/transport.ts'
import { calls, test } from '../support/batches.ts'
import { noProxies } from '../support/listen-options.ts'
import { quickFor, QUICK_ANSWER } from '../support/quick.ts'
import { Gate } from '../support/raw-tcp-client.ts'
import { UdpClient } from '../support/udp-client.ts'

/** Never says that there is something to take. */
const deaf = { start: () => undefined, stop: () => undefined, close: () => undefined }

interface Pair {
  readonly client: UdpClient
  readonly close: () => Promise<void>
}

/** A listener that takes nothing itself, and a reader at its socket. */
const pairFor = (t: Test, handler: Handler, options: Partial<ReaderOptions> = {}): Pair => {
  let reader: UdpReader | undefined
  const sharing: SocketSharing = {
    opened: (fd, take) => {
      reader = new UdpReader(calls, fd, {
        isProxy: () => false,
        quick: quickFor(),
        answer: (packet, { address }, reply) => {
          const text = String(Buffer.from(packet))
          if (text === 'hello') reply(Buffer.from(`${text} ${address}`))
          return text === 'hello' || text === 'ignore'
        },
        handOver: (datagrams) => {
          for (const datagram of datagrams) void take(structuredClone(datagram))
        },
        ...options,
      })
    },
    closed: async () => {
      await reader?.close()
      return true
    },
  }
  const endpoint = { address: '127.0.0.1', port: 0 }
  const system = { ...calls, watch: () => deaf }
  const listener = listenUdpInBatches(system, endpoint, handler, noProxies(), sharing)
  let closed: Promise<void> | undefined
  const close = (): Promise<void> => (closed ??= listener.close())
  t.teardown(close)
  return { client: new UdpClient(t, listener.endpoint), close }
}

const handler: Handler = (packet, { port }, reply) => {
  reply(Buffer.from(`handed over: ${String(Buffer.from(packet))} ${port > 0}`))
}

test('what it can answer goes back from there, the rest is handed over', async (t) => {
  const { client } = pairFor(t, handler)
  for (const text of ['ignore', 'drop', 'quick one', 'hello', 'update', 'another']) {
    client.send(text)
  }
  const answers = new Set<string>()
  while (answers.size < 4) answers.add(await client.message())
  t.strictSame([...answers].sort(), [
    `${QUICK_ANSWER}: quick one`,
    'handed over: another true',
    'handed over: update true',
    'hello 127.0.0.1',
  ])
})

test('what a proxy sent is handed over with its header', async (t) => {
  const { client } = pairFor(t, handler, { isProxy: (address) => address === '127.0.0.1' })
  client.send('quick one')
  t.equal(await client.message(), 'handed over: quick one true')
  client.send('hello')
  t.equal(await client.message(), 'handed over: hello true')
})

test('what is handed over in one batch comes at once', async (t) => {
  const batches: (readonly Datagram[])[] = []
  const gate = new Gate()
  const { client } = pairFor(t, handler, {
    quick: () => 0,
    answer: (packet, _peer, reply) => {
      if (String(Buffer.from(packet)) !== 'end') return false
      reply(packet)
      return true
    },
    handOver: (datagrams) => {
      batches.push(datagrams)
      gate.open()
    },
  })
  client.send('one')
  client.send('two')
  await gate.opened
  client.send('end')
  t.equal(await client.message(), 'end')
  t.strictSame(
    batches.flat().map(({ packet }) => [String(Buffer.from(packet)), packet.buffer.byteLength]),
    [
      ['one', 3],
      ['two', 3],
    ],
    'and has memory of its own',
  )
})

test('a socket that somebody may have yet keeps its number', async (t) => {
  const closed: number[] = []
  const fds: number[] = []
  const sharing: SocketSharing = {
    opened: (fd) => {
      fds.push(fd)
    },
    closed: () => Promise.resolve(false),
  }
  const system = {
    ...calls,
    close: (fd: number) => {
      closed.push(fd)
    },
  }
  const endpoint = { address: '127.0.0.1', port: 0 }
  await listenUdpInBatches(system, endpoint, handler, noProxies(), sharing).close()
  t.strictSame(closed, [])
  for (const fd of fds) calls.close(fd)
})

test('closing waits for what was handed over', async (t) => {
  const gate = new Gate()
  let isTaken = (): void => undefined
  const taken = new Promise<void>((resolve) => (isTaken = resolve))
  const { client, close } = pairFor(t, async (packet, _peer, reply) => {
    isTaken()
    await gate.opened
    reply(packet)
  })
  client.send('update')
  await taken
  const closed = close()
  gate.open()
  await closed
  t.equal(await client.message(), 'update')
})
