/**
 * Takes datagrams from a socket that another thread opened and closes: what can be answered here goes
 * back from here, everything else is handed over to that thread (ADR 19).
 */
import { BatchSocket, type Datagram } from './batch-socket.ts'
import { keptEnvelope } from './message-vector.ts'
import type { SystemCalls } from './system-calls.ts'
import type { ListenOptions, Peer, Reply } from './transport.ts'

export interface ReaderOptions extends Pick<ListenOptions, 'isProxy' | 'quick'> {
  /**
   * Answers what it can, at once; it must not throw.
   * @returns whether the packet is done with
   */
  readonly answer: (packet: Uint8Array, peer: Peer, reply: Reply) => boolean
  /** Gets what of one batch is for the other thread, to be kept as long as it likes. */
  readonly handOver: (datagrams: readonly Datagram[]) => void
}

export class UdpReader {
  private readonly options: ReaderOptions
  private readonly socket: BatchSocket
  private forOthers: Datagram[] = []

  /** @param fd of a socket that is bound and does not block */
  constructor(calls: SystemCalls, fd: number, options: ReaderOptions) {
    this.options = options
    const taken = (): void => {
      this.handOver()
    }
    this.socket = new BatchSocket(calls, fd, { ...options, take: this.take, taken })
  }

  /** Resolves when nothing more is taken or sent here. */
  close(): Promise<void> {
    return this.socket.end()
  }

  /** Lets go of the socket at once. */
  letGo(): void {
    this.socket.letGo()
  }

  private readonly take = ({ packet, peer, envelope }: Datagram): void => {
    const reply = (message: Uint8Array): void => {
      this.socket.put(message, envelope)
    }
    // Whose answer it is stands in a header that is read elsewhere.
    const isOurs = !this.options.isProxy(peer.address)
    if (isOurs && this.options.answer(packet, peer, reply)) return
    // Octets of its own: what goes to another thread takes all the memory along that it is in.
    this.forOthers.push({ packet: Uint8Array.from(packet), peer, envelope: keptEnvelope(envelope) })
  }

  private handOver(): void {
    if (this.forOthers.length === 0) return
    this.options.handOver(this.forOthers)
    this.forOthers = []
  }
}
