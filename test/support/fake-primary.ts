/** A primary over real sockets of 127.0.0.1 that sends, octet for octet, what a test wants it to. */
import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Test } from 'tap'
import { framed, unframed } from './sockets.ts'

/** What is done with a request that came over TCP. */
export type Answering = (request: Buffer, socket: Socket) => void

export class FakePrimary {
  /** The datagram that answers one. */
  udp: (request: Buffer) => Buffer | undefined = () => undefined
  tcp: Answering = (_, socket) => socket.destroy()
  private readonly sockets = new Set<Socket>()
  private readonly server: Server
  private readonly datagrams: DatagramSocket

  private constructor(server: Server, datagrams: DatagramSocket) {
    this.server = server
    this.datagrams = datagrams
    server.on('connection', (socket) => {
      this.sockets.add(socket)
      let octets = Buffer.alloc(0)
      socket.on('error', () => undefined)
      socket.on('data', (piece: Buffer) => {
        octets = Buffer.concat([octets, piece])
        for (const request of unframed(octets)) this.tcp(request, socket)
        octets = Buffer.alloc(0)
      })
    })
    datagrams.on('message', (request, { port, address }) => {
      const answer = this.udp(request)
      if (answer !== undefined) datagrams.send(answer, port, address)
    })
  }

  /** Listens on one port for both. */
  static async listen(t: Test): Promise<FakePrimary> {
    for (;;) {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const datagrams = createSocket('udp4')
      // A server that listens on a host has an address of that form.
      datagrams.bind((server.address() as AddressInfo).port, '127.0.0.1')
      try {
        await once(datagrams, 'listening')
      } catch {
        // The port may be another's for UDP.
        server.close()
        continue
      }
      const primary = new FakePrimary(server, datagrams)
      t.teardown(() => {
        primary.close()
      })
      return primary
    }
  }

  get port(): number {
    return this.datagrams.address().port
  }

  /** Messages, as they are to be sent; then the connection stays open. */
  static sending(messagesFor: (request: Buffer) => readonly Buffer[]): Answering {
    return (request, socket) => socket.write(framed(messagesFor(request)))
  }

  private close(): void {
    this.server.close()
    this.datagrams.close()
    for (const socket of this.sockets) socket.destroy()
  }
}
