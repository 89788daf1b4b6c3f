/** What batches add to UDP: the system that takes nothing, errors of a socket, the address that was asked. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { constants } from 'node:os'
import t, { type Test } from 'tap'
import { Counters } from '../../src/base/counters.ts'
import { loadSystemCalls, type SystemCalls } from '../../src/transport/system-calls.ts'
import type { Handler, Listener } from '../../src/transport/transport.ts'
import { listenUdpInBatches } from '../../src/transport/udp-batch.ts'
import { udpBattery } from '../battery/udp-battery.ts'
import { calls, hasBatches, test } from '../support/batches.ts'
import { noProxies } from '../support/listen-options.ts'
import { quickFor } from '../support/quick.ts'
import { Gate } from '../support/raw-tcp-client.ts'
import { askUdp } from '../support/sockets.ts'
import { echo, UdpClient } from '../support/udp-client.ts'

const { EAGAIN, EINTR, ENOBUFS } = constants.errno

if (hasBatches) udpBattery(t, (...wanted) => listenUdpInBatches(calls, ...wanted))

const listen = (t: Test, using: Partial<SystemCalls>, handler = echo): Listener => {
  const endpoint = { address: '127.0.0.1', port: 0 }
  const listener = listenUdpInBatches({ ...calls, ...using }, endpoint, handler, noProxies())
  t.teardown(() => listener.close())
  return listener
}

/** sendmmsg, which first gives these results without sending anything. */
const sending = (results: number[]): Pick<SystemCalls, 'send'> => ({
  send: (fd, headers, count) => results.shift() ?? calls.send(fd, headers, count),
})

test('answers that the system has no room for wait until it has', async (t) => {
  const watched: string[] = []
  const { endpoint } = listen(t, {
    ...sending([-EAGAIN, -EAGAIN]),
    watch: (fd) => {
      const watch = calls.watch(fd)
      return {
        ...watch,
        start: (what, onReady) => {
          watched.push(what)
          watch.start(what, onReady)
        },
      }
    },
  })
  t.equal(String(await askUdp(endpoint.port, Buffer.from('one'))), 'one')
  t.equal(String(await askUdp(endpoint.port, Buffer.from('two'))), 'two')
  t.strictSame(watched.slice(0, 3), ['readable', 'writable', 'readable'])
})

test('a call that a signal interrupts is made again', async (t) => {
  const { endpoint } = listen(t, sending([-EINTR]))
  t.equal(String(await askUdp(endpoint.port, Buffer.from('one'))), 'one')
})

/** Gives `count` datagrams to a listener in one turn, and what comes back of them. */
const burst = async (t: Test, using: Partial<SystemCalls>, count: number): Promise<string[]> => {
  const received: string[] = []
  const { endpoint } = listen(t, using, (packet, _peer, reply) => {
    for (let index = 0; index < count; index++) reply(Buffer.from(`${String(packet)} ${index}`))
  })
  const client = createSocket('udp4')
  t.teardown(() => client.close())
  client.send('answer', endpoint.port, '127.0.0.1')
  while (!received.includes(`answer ${count - 1}`)) {
    const [message] = (await once(client, 'message')) as [Buffer]
    received.push(String(message))
  }
  return received
}

test('of a batch that is taken in part, the rest is sent as well', async (t) => {
  let most = 3
  const send: SystemCalls['send'] = (fd, headers, count) =>
    calls.send(fd, headers, Math.min(count, most++))
  const received = await burst(t, { send }, 20)
  t.strictSame(
    received,
    Array.from({ length: 20 }, (_, index) => `answer ${index}`),
  )
})

test('an answer that cannot be sent is lost, and those behind it are not', async (t) => {
  t.strictSame(await burst(t, sending([-ENOBUFS]), 3), ['answer 1', 'answer 2'])
})

test('more answers than a batch has go out in several', async (t) => {
  t.equal((await burst(t, {}, 150)).length, 150)
})

test('answers for which there is no room at all are lost, and the service goes on', async (t) => {
  const results = Array.from({ length: 100 }, () => -EAGAIN)
  const { endpoint } = listen(t, sending(results), (packet, _peer, reply) => {
    for (let index = 0; index < 100; index++) reply(packet)
  })
  t.equal(String(await askUdp(endpoint.port, Buffer.from('one'))), 'one')
})

test('closing waits until the answers have found room', async (t) => {
  const results = [-EAGAIN, -EAGAIN]
  let closed: Promise<void> | undefined
  const listener = listen(t, sending(results), (packet, _peer, reply) => {
    reply(packet)
    closed = listener.close()
  })
  t.equal(String(await askUdp(listener.endpoint.port, Buffer.from('one'))), 'one')
  await closed
  t.strictSame(results, [])
})

test('an error of the socket is cleared, and the next packet answered', async (t) => {
  const cleared: number[] = []
  const { endpoint } = listen(t, {
    clearError: (fd) => {
      cleared.push(fd)
      calls.clearError(fd)
    },
    watch: (fd) => {
      const watch = calls.watch(fd)
      let isFirst = true
      return {
        ...watch,
        start: (what, onReady) => {
          if (!isFirst) {
            watch.start(what, onReady)
            return
          }
          isFirst = false
          setImmediate(onReady, -constants.errno.EBADF)
        },
      }
    },
  })
  t.equal(String(await askUdp(endpoint.port, Buffer.from('next'))), 'next')
  t.equal(cleared.length, 1)
})

test('a packet that its handler keeps is not written over by later ones', async (t) => {
  const gate = new Gate()
  const kept: Uint8Array[] = []
  const { endpoint } = listen(t, {}, async (packet, _peer, reply) => {
    kept.push(packet)
    if (kept.length === 3) gate.open()
    await gate.opened
    reply(packet)
  })
  const texts = ['one', 'two', 'three']
  const answers = texts.map((text) => askUdp(endpoint.port, Buffer.from(text)))
  t.strictSame((await Promise.all(answers)).map(String), texts)
})

test('the longest datagrams pass whole', async (t) => {
  const { endpoint } = listen(t, {})
  const longest = Buffer.alloc(65_507, 'long')
  t.ok((await askUdp(endpoint.port, longest)).equals(longest))
})

test('from all addresses, the one that was asked answers', async (t) => {
  const all = { address: '0.0.0.0', port: 0 }
  const listener = listenUdpInBatches(calls, all, echo, noProxies())
  t.teardown(() => listener.close())
  // The kernel drops what comes from elsewhere than where a socket is connected to.
  const client = createSocket('udp4')
  t.teardown(() => client.close())
  client.connect(listener.endpoint.port, '127.0.0.53')
  await once(client, 'connect')
  client.send('where')
  const [message] = (await once(client, 'message')) as [Buffer]
  t.equal(String(message), 'where')
})

test('RFC 768 a datagram without a source port is not answered, and harms nobody', async (t) => {
  const memories: ArrayBuffer[] = []
  const packets: string[] = []
  let wasSpoofed = false
  const gate = new Gate()
  const { endpoint } = listen(
    t,
    {
      addressOf: (memory) => {
        memories.push(memory)
        return calls.addressOf(memory)
      },
      receive: (fd, headers, count) => {
        const came = calls.receive(fd, headers, count)
        // The port of the first envelope, behind 64 headers and iovecs.
        if (!wasSpoofed) {
          new Uint8Array(memories[0] as ArrayBuffer).fill(0, 5122, 5124)
          wasSpoofed = true
          gate.open()
        }
        return came
      },
    },
    (packet, _peer, reply) => {
      packets.push(String(packet))
      reply(packet)
    },
  )
  const client = createSocket('udp4')
  t.teardown(() => client.close())
  client.send('spoofed', endpoint.port, '127.0.0.1')
  await gate.opened
  t.equal(String(await askUdp(endpoint.port, Buffer.from('next'))), 'next')
  t.strictSame(packets, ['next'])
})

test('a proxy header that is none is no datagram', async (t) => {
  const counters = new Counters()
  const options = { isProxy: () => true, counters }
  const endpoint = { address: '127.0.0.1', port: 0 }
  const listener = listenUdpInBatches(calls, endpoint, echo, options)
  t.teardown(() => listener.close())
  const header = Buffer.from('\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00', 'latin1')
  const client = createSocket('udp4')
  t.teardown(() => client.close())
  client.send('no header', listener.endpoint.port, '127.0.0.1')
  const answer = await askUdp(listener.endpoint.port, Buffer.concat([header, Buffer.from('x')]))
  t.equal(String(answer), 'x')
  t.equal(counters.of('proxy headers bad'), 1)
})

test('an address without a link of that name cannot be listened on', async (t) => {
  const endpoint = { address: 'fe80::1%nowhere0', port: 0 }
  t.throws(() => listenUdpInBatches(calls, endpoint, echo, noProxies()))
})

test('an answer that is longer than IP allows is lost, and nothing else', async (t) => {
  const { endpoint } = listen(t, {}, (packet, _peer, reply) => {
    reply(Buffer.alloc(65_530))
    reply(packet)
  })
  t.equal(String(await askUdp(endpoint.port, Buffer.from('next'))), 'next')
})

test('without a socket to be had, the error is what the system says', async (t) => {
  const koffi = await import('koffi')
  const library = koffi.load(null)
  const func = (prototype: string): unknown =>
    prototype.startsWith('int socket(')
      ? () => {
          koffi.errno(constants.errno.EMFILE)
          return -1
        }
      : library.func(prototype)
  // Of the library only this is used.
  const load = (): unknown => ({ ...koffi, load: () => ({ func }) })
  const withoutSockets = await loadSystemCalls(load as () => Promise<typeof koffi>)
  const endpoint = { address: '127.0.0.1', port: 0 }
  t.throws(() => withoutSockets.open(endpoint), { code: 'EMFILE' })
})

test('a quick answer that finds no room is for the handler, and its answer lost', async (t) => {
  const results = Array.from({ length: 8 }, () => -EAGAIN)
  const asked: string[] = []
  const handled: string[] = []
  const options = { ...noProxies(), quick: quickFor(asked) }
  const endpoint = { address: '127.0.0.1', port: 0 }
  // Whoever comes first fills the outbox.
  const handler: Handler = (packet, _peer, reply) => {
    handled.push(String(packet))
    for (let index = 0; index < 70; index++) reply(packet)
  }
  let isHeld = true
  const held: Pick<SystemCalls, 'receive' | 'send'> = {
    receive: (fd, headers, count) => (isHeld ? 0 : calls.receive(fd, headers, count)),
    ...sending(results),
  }
  const listener = listenUdpInBatches({ ...calls, ...held }, endpoint, handler, options)
  t.teardown(() => listener.close())
  const client = new UdpClient(t, listener.endpoint)
  for (const text of ['fill', 'quick']) {
    await new Promise((resolve) => {
      client.socket.send(text, listener.endpoint.port, '127.0.0.1', resolve)
    })
  }
  isHeld = false
  t.equal(await client.message(), 'fill')
  t.strictSame(handled.slice(0, 2), ['fill', 'quick'])
  t.strictSame(asked, ['fill 127.0.0.1 udp'])
})
