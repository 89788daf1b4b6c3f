/** How UDP is listened on: in batches where that works, over node:dgram otherwise. */
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { Counters } from '../base/counters.ts'
import { loadSystemCalls, NoBatches, type SystemCalls } from './system-calls.ts'
import type { Handler, Listener, ListenOptions, Endpoint } from './transport.ts'
import { listenUdpInBatches, type SocketSharing } from './udp-batch.ts'
import { listenUdp } from './udp.ts'

/** `auto` is batches where they work; `batch` is an error where they do not. */
export type UdpMode = 'auto' | 'dgram' | 'batch'

export type ListenUdp = (
  endpoint: Endpoint,
  handler: Handler,
  options: ListenOptions,
  /** Other threads that take datagrams from the socket too, which they do in batches alone. */
  sharing?: SocketSharing,
) => Listener | Promise<Listener>

export interface UdpWay {
  readonly kind: 'dgram' | 'batch'
  /** Why not in batches, if they would have been taken. */
  readonly why: string | undefined
  readonly listen: ListenUdp
}

/** @throws NoBatches, in the mode `batch` */
export const udpWay = async (
  mode: UdpMode,
  load: () => Promise<SystemCalls> = loadSystemCalls,
): Promise<UdpWay> => {
  if (mode === 'dgram') return { kind: 'dgram', why: undefined, listen: listenUdp }
  try {
    const calls = await load()
    for (const address of loopbacks()) await checkBatches(calls, address)
    const listen: ListenUdp = (...wanted) => listenUdpInBatches(calls, ...wanted)
    return { kind: 'batch', why: undefined, listen }
  } catch (error) {
    if (mode === 'batch') throw error
    return { kind: 'dgram', why: (error as Error).message, listen: listenUdp }
  }
}

/** Not every machine has IPv6. */
const loopbacks = (): string[] =>
  ['127.0.0.1', '::1'].filter((address) =>
    JSON.stringify(networkInterfaces()).includes(`"${address}"`),
  )

/** What a datagram over loopback takes at most, however busy the machine is. */
const PATIENCE_MILLISECONDS = 2000

/**
 * Has an ordinary socket send a datagram and get it back: it comes through every struct that is read
 * or written, and a wrong octet in one of them loses it.
 * @throws NoBatches
 */
const checkBatches = async (calls: SystemCalls, address: string): Promise<void> => {
  const options = { isProxy: () => false, counters: new Counters() }
  const client = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS)
  const sent = randomBytes(16)
  let listener: Listener | undefined
  try {
    client.bind(0, address)
    await once(client, 'listening', { signal })
    const { port } = client.address()
    const echo: Handler = (packet, peer, reply) => {
      if (peer.address === address && peer.port === port) reply(packet)
    }
    listener = listenUdpInBatches(calls, { address, port: 0 }, echo, options)
    const answered = once(client, 'message', { signal })
    client.send(sent, listener.endpoint.port, address)
    // The first argument of a datagram's event is its octets.
    const [received] = (await answered) as [Buffer]
    if (!received.equals(sent)) throw new Error('it came back with other octets')
  } catch (error) {
    // Whatever it is, it is no reason not to answer over node:dgram.
    const why = signal.aborted ? 'it did not come back' : (error as Error).message
    throw new NoBatches(`a datagram from ${address} to itself: ${why}`)
  } finally {
    await listener?.close()
    client.close()
  }
}
