/** DNS over UDP (RFC 1035 §4.2.1): a datagram is a message. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { isAnsweredQuickly } from './quick-copy.ts'
import { unwrap } from './proxied-datagram.ts'
import type { Endpoint, Handler, Listener, ListenOptions } from './transport.ts'

/** Octets of datagrams that may wait for us: a burst of updates is longer than a loop turn. */
const RECEIVE_BUFFER = 4 * 1024 * 1024

/** @throws what the system says when it cannot be listened on the endpoint */
export const listenUdp = async (
  endpoint: Endpoint,
  handler: Handler,
  options: ListenOptions,
): Promise<Listener> => {
  const type = endpoint.address.includes(':') ? 'udp6' : 'udp4'
  const socket = createSocket({ type, ipv6Only: type === 'udp6' })
  socket.bind(endpoint.port, endpoint.address)
  try {
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  return new UdpListener(socket, handler, options)
}

class UdpListener implements Listener {
  readonly endpoint: Endpoint
  private readonly socket: Socket
  private readonly pending = new Set<Promise<void>>()
  /** Answers that the system has not taken yet. */
  private unsent = 0

  constructor(socket: Socket, handler: Handler, options: ListenOptions) {
    this.socket = socket
    this.endpoint = { address: socket.address().address, port: socket.address().port }
    socket.setRecvBufferSize(RECEIVE_BUFFER)
    // An ICMP error of an earlier answer; the next packet is not to blame.
    socket.on('error', () => undefined)
    socket.on('message', (packet, { address, port }) => {
      // RFC 768: the sender wants no answer, and Node throws when it is told to send one.
      if (port === 0) return
      const reply = (message: Uint8Array): void => {
        this.unsent++
        socket.send(message, port, address, this.sent)
      }
      const peer = { address, port, transport: 'udp' } as const
      if (isAnsweredQuickly(packet, peer, reply, options)) return
      const unwrapped = unwrap(packet, peer, options)
      if (unwrapped === undefined) return
      const done = handler(unwrapped.packet, unwrapped.peer, reply, undefined)
      if (done !== undefined) this.track(done)
    })
  }

  async close(): Promise<void> {
    this.socket.removeAllListeners('message')
    await Promise.all(this.pending)
    // A socket that is closed drops what it was given in the same turn of the event loop.
    while (this.unsent > 0) await setImmediate()
    const closed = once(this.socket, 'close')
    this.socket.close()
    await closed
  }

  /** With an error, the client is gone or the network is: it will ask again. */
  private readonly sent = (): void => {
    this.unsent--
  }

  private track(done: Promise<void>): void {
    this.pending.add(done)
    void done.then(() => this.pending.delete(done))
  }
}
