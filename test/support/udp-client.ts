/** A client and a listener of datagrams. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import type { Test } from 'tap'
import type { Endpoint, Handler } from '../../src/transport/transport.ts'
import type { ListenUdp } from '../../src/transport/udp-mode.ts'
import { noProxies } from './listen-options.ts'

export const echo: Handler = (packet, _peer, reply) => {
  reply(packet)
}

/** A listener whose `close` can be called twice, and without it. */
export interface Listening {
  readonly endpoint: Endpoint
  readonly close: () => Promise<void>
}

type Listen = (t: Test, handler: Handler, address?: string) => Promise<Listening>

/** Listens on a free port until the test ends, or until it is closed. */
export const listenWith =
  (listenUdp: ListenUdp): Listen =>
  async (t, handler, address = '127.0.0.1') => {
    const listener = await listenUdp({ address, port: 0 }, handler, noProxies())
    let isClosed = false
    const close = async (): Promise<void> => {
      if (!isClosed) await listener.close()
      isClosed = true
    }
    t.teardown(close)
    return { endpoint: listener.endpoint, close }
  }

/** A client that keeps what it gets. */
export class UdpClient {
  readonly socket: Socket
  private readonly to: Endpoint
  private readonly received: Buffer[] = []

  constructor(t: Test, to: Endpoint) {
    this.to = to
    this.socket = createSocket(to.address.includes(':') ? 'udp6' : 'udp4')
    // It hears nobody else: ports are given again to others soon.
    this.socket.on('message', (message, { port }) => {
      if (port === to.port) this.received.push(message)
    })
    t.teardown(() => {
      this.socket.close()
    })
  }

  send(text: string): void {
    this.socket.send(text, this.to.port, this.to.address)
  }

  async message(): Promise<string> {
    while (this.received.length === 0) await once(this.socket, 'message')
    return String(this.received.shift())
  }
}

/** Whether this machine has IPv6. */
export const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1')
