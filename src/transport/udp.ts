/** DNS over UDP (RFC 1035 §4.2.1): a datagram is a message. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Endpoint, Handler, Listener } from './transport.ts'

/** Octets of datagrams that may wait for us: a burst of updates is longer than a loop turn. */
const RECEIVE_BUFFER = 4 * 1024 * 1024

/** @throws what the system says when it cannot be listened on the endpoint */
export const listenUdp = async (endpoint: Endpoint, handler: Handler): Promise<Listener> => {
  const type = endpoint.address.includes(':') ? 'udp6' : 'udp4'
  const socket = createSocket({ type, ipv6Only: type === 'udp6' })
  socket.bind(endpoint.port, endpoint.address)
  await once(socket, 'listening')
  return new UdpListener(socket, handler)
}

class UdpListener implements Listener {
  readonly endpoint: Endpoint
  private readonly socket: Socket
  private readonly pending = new Set<Promise<void>>()

  constructor(socket: Socket, handler: Handler) {
    this.socket = socket
    this.endpoint = { address: socket.address().address, port: socket.address().port }
    socket.setRecvBufferSize(RECEIVE_BUFFER)
    // An ICMP error of an earlier answer; the next packet is not to blame.
    socket.on('error', ignore)
    socket.on('message', (packet, { address, port }) => {
      const reply = (message: Uint8Array): void => {
        socket.send(message, port, address, ignore)
      }
      const done = handler(packet, { address, port, transport: 'udp' }, reply)
      if (done !== undefined) this.track(done)
    })
  }

  async close(): Promise<void> {
    this.socket.removeAllListeners('message')
    await Promise.all(this.pending)
    const closed = once(this.socket, 'close')
    this.socket.close()
    await closed
  }

  private track(done: Promise<void>): void {
    this.pending.add(done)
    void done.then(() => this.pending.delete(done))
  }
}

/** The client is gone or the network is: it will ask again. */
const ignore = (): void => undefined
