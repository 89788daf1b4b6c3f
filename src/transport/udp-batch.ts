/**
 * DNS over UDP in batches. A query costs about 0.6 of what it does over node:dgram (ADR 14). Other
 * threads may take datagrams from the same socket (ADR 19): what they do not answer comes here.
 */
import { asBuffer } from '../base/bytes.ts'
import { BatchSocket, type Datagram } from './batch-socket.ts'
import { keptEnvelope } from './message-vector.ts'
import { unwrap } from './proxied-datagram.ts'
import { ADDRESS_OCTETS, portAt } from './socket-address.ts'
import type { SystemCalls } from './system-calls.ts'
import type { Endpoint, Handler, Listener, ListenOptions } from './transport.ts'

/** Threads that take datagrams from the sockets of this one. */
export interface SocketSharing {
  /** @param take handles what they do not answer; done when there will be no further reply */
  opened(fd: number, take: (datagram: Datagram) => void | Promise<void>): void
  /** @returns whether none of them takes or sends anything there; false when they do not say so in time */
  closed(fd: number): Promise<boolean>
}

/** @throws what the system says when it cannot be listened on the endpoint */
export const listenUdpInBatches = (
  calls: SystemCalls,
  endpoint: Endpoint,
  handler: Handler,
  options: ListenOptions,
  sharing?: SocketSharing,
): Listener => {
  const fd = calls.open(endpoint)
  const bound = Buffer.alloc(ADDRESS_OCTETS)
  calls.boundTo(fd, bound)
  const { address } = endpoint
  const listener = new UdpBatchListener(calls, fd, handler, options, {
    endpoint: { address, port: portAt(bound, 0) },
    sharing,
  })
  sharing?.opened(fd, listener.take)
  return listener
}

class UdpBatchListener implements Listener {
  readonly endpoint: Endpoint
  private readonly calls: SystemCalls
  private readonly fd: number
  private readonly handler: Handler
  private readonly options: ListenOptions
  private readonly sharing: SocketSharing | undefined
  private readonly socket: BatchSocket
  private readonly pending = new Set<Promise<void>>()

  constructor(
    calls: SystemCalls,
    fd: number,
    handler: Handler,
    options: ListenOptions,
    { endpoint, sharing }: { endpoint: Endpoint; sharing: SocketSharing | undefined },
  ) {
    this.calls = calls
    this.fd = fd
    this.endpoint = endpoint
    this.handler = handler
    this.options = options
    this.sharing = sharing
    const take = (datagram: Datagram): void => {
      void this.take(datagram)
    }
    this.socket = new BatchSocket(calls, fd, { ...options, take })
  }

  async close(): Promise<void> {
    this.socket.stop()
    const isFree = (await this.sharing?.closed(this.fd)) ?? true
    await Promise.all(this.pending)
    await this.socket.end()
    // Its number would soon be another file's.
    if (isFree) this.calls.close(this.fd)
  }

  readonly take = ({ packet, peer, envelope: lent }: Datagram): void | Promise<void> => {
    const unwrapped = unwrap(asBuffer(packet), peer, this.options)
    if (unwrapped === undefined) return
    let envelope = lent
    const reply = (message: Uint8Array): void => {
      this.socket.put(message, envelope)
    }
    const done = this.handler(unwrapped.packet, unwrapped.peer, reply, undefined)
    if (done === undefined) return
    // The answer comes when the inbox holds others.
    envelope = keptEnvelope(envelope)
    this.pending.add(done)
    void done.then(() => this.pending.delete(done))
    return done
  }
}
