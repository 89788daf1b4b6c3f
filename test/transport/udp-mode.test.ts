/** Which way of UDP is taken, and what is said where batches do not work. */
import t from 'tap'
import { loadSystemCalls, NoBatches, type SystemCalls } from '../../src/transport/system-calls.ts'
import type { Handler } from '../../src/transport/transport.ts'
import { udpWay } from '../../src/transport/udp-mode.ts'
import { noProxies } from '../support/listen-options.ts'
import { askUdp } from '../support/sockets.ts'

const missing = (): Promise<never> => Promise.reject(new Error("Cannot find package 'koffi'\nat x"))

t.test('without koffi, auto is dgram and says why, and batch is an error', async (t) => {
  const load = (): Promise<SystemCalls> => loadSystemCalls(missing, 'linux', 'x64')
  const why = "the package koffi cannot be loaded (Cannot find package 'koffi'); npm install koffi"
  t.match(await udpWay('auto', load), { kind: 'dgram', why })
  await t.rejects(udpWay('batch', load), new NoBatches(why))
  t.match(await udpWay('dgram', load), { kind: 'dgram', why: undefined })
})

for (const [platform, arch] of [
  ['darwin', 'arm64'],
  ['linux', 'riscv64'],
] as const) {
  t.test(`${platform} on ${arch} has no batches`, async (t) => {
    const why = `they are for Linux on x64 and arm64, and this is ${platform} on ${arch}`
    await t.rejects(loadSystemCalls(undefined, platform, arch), new NoBatches(why))
  })
}

const calls = await loadSystemCalls().catch(() => undefined)
const skip = calls === undefined && 'there are no batches on this system'

t.test('where batches work they are taken', { skip }, async (t) => {
  t.match(await udpWay('auto'), { kind: 'batch', why: undefined })
  t.match(await udpWay('batch'), { kind: 'batch', why: undefined })
})

/** Batches that do not do what they should. */
const withFault = (fault: Partial<SystemCalls>) => (): Promise<SystemCalls> =>
  // Only where the tests are not skipped.
  Promise.resolve({ ...(calls as SystemCalls), ...fault })

t.test('batches that lose a datagram are not taken', { skip }, async (t) => {
  const way = await udpWay('auto', withFault({ send: (_fd, _headers, count) => count }))
  t.match(way, { kind: 'dgram', why: 'a datagram from 127.0.0.1 to itself: it did not come back' })
})

t.test('batches that cannot be opened are not taken', { skip }, async (t) => {
  const open = (): never => {
    throw new Error('socket EMFILE')
  }
  const way = await udpWay('auto', withFault({ open }))
  t.match(way, { kind: 'dgram', why: 'a datagram from 127.0.0.1 to itself: socket EMFILE' })
})

t.test('batches that change octets are not taken', { skip }, async (t) => {
  const memories: ArrayBuffer[] = []
  const addressOf: SystemCalls['addressOf'] = (memory) => {
    memories.push(memory)
    return (calls as SystemCalls).addressOf(memory)
  }
  const send: SystemCalls['send'] = (fd, headers, count) => {
    // All that the datagrams have behind the structs.
    for (const memory of memories) new Uint8Array(memory).fill(0, 11_264)
    return (calls as SystemCalls).send(fd, headers, count)
  }
  const way = await udpWay('auto', withFault({ addressOf, send }))
  const why = 'a datagram from 127.0.0.1 to itself: it came back with other octets'
  t.match(way, { kind: 'dgram', why })
})

t.test('the way that is taken listens in batches', { skip }, async (t) => {
  const { listen } = await udpWay('auto')
  const echo: Handler = (packet, _, reply) => {
    reply(packet)
  }
  const listener = await listen({ address: '127.0.0.1', port: 0 }, echo, noProxies())
  t.teardown(() => listener.close())
  const octets = Buffer.from('some octets')
  t.strictSame(await askUdp(listener.endpoint.port, octets), octets)
})
