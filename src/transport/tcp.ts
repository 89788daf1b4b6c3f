/** DNS over TCP: accepting connections, so many and so many of one address. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { TCP_LIMITS, TcpConnection, type TcpLimits } from './tcp-connection.ts'
import type { Endpoint, Handler, Listener, ListenOptions } from './transport.ts'

/** @throws what the system says when it cannot be listened on the endpoint */
export const listenTcp = async (
  endpoint: Endpoint,
  handler: Handler,
  options: ListenOptions,
  limits: TcpLimits = TCP_LIMITS,
): Promise<Listener> => {
  // Half open: a client may say that it has asked all before it is answered (RFC 7766 §6.2.4).
  const server = createServer({ noDelay: true, allowHalfOpen: true })
  server.maxConnections = limits.connections
  server.listen({ port: endpoint.port, host: endpoint.address, ipv6Only: true })
  await once(server, 'listening')
  return new TcpListener(server, handler, options, limits)
}

class TcpListener implements Listener {
  readonly endpoint: Endpoint
  private readonly server: Server
  private readonly connections = new Set<TcpConnection>()
  private readonly byAddress = new Map<string, number>()

  constructor(server: Server, handler: Handler, options: ListenOptions, limits: TcpLimits) {
    this.server = server
    const { counters } = options
    server.on('drop', () => {
      counters.add('tcp connections refused')
    })
    // A server that listens on a host and port has an address of that form.
    const { address, port } = server.address() as Endpoint
    this.endpoint = { address, port }
    server.on('connection', (socket) => {
      const { remoteAddress: address, remotePort: port } = socket
      // Without an address the client has already gone.
      if (address === undefined || port === undefined) {
        socket.destroy()
        return
      }
      // A proxy holds the connections of many clients.
      const isProxy = options.isProxy(address)
      if (!isProxy && this.heldBy(address) >= limits.connectionsPerAddress) {
        options.counters.add('tcp connections refused')
        socket.destroy()
        return
      }
      const peer = { address, port, transport: 'tcp' } as const
      const connection = new TcpConnection({
        socket,
        peer,
        isProxy,
        handler,
        quick: options.quick,
        limits,
        counters,
      })
      this.connections.add(connection)
      this.count(address, 1)
      socket.once('close', () => {
        this.connections.delete(connection)
        this.count(address, -1)
      })
    })
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close')
    this.server.close()
    for (const connection of this.connections) connection.close()
    await closed
  }

  private heldBy(address: string): number {
    return this.byAddress.get(address) ?? 0
  }

  private count(address: string, change: 1 | -1): void {
    const held = this.heldBy(address) + change
    if (held > 0) this.byAddress.set(address, held)
    else this.byAddress.delete(address)
  }
}
