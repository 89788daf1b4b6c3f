/** The sockets with which other servers are asked. */
import type { Conversation, Network, PrimaryEndpoint } from '../secondary/network.ts'
import { TcpClient, type TcpClientLimits } from '../transport/tcp-client.ts'
import { askUdp } from '../transport/udp-question.ts'

/** A transfer of an hour is one that will not end; a primary that is silent for so long has gone. */
const TCP: TcpClientLimits = { idleMilliseconds: 30_000, totalMilliseconds: 3_600_000 }

export class Sockets implements Network {
  private readonly limits: TcpClientLimits
  private readonly aborting = new AbortController()
  private readonly clients = new Set<TcpClient>()

  constructor(limits = TCP) {
    this.limits = limits
  }

  ask(
    to: PrimaryEndpoint,
    message: Uint8Array,
    isAnswer: (packet: Uint8Array) => boolean,
    milliseconds: number,
  ): Promise<Uint8Array> {
    return askUdp(to, message, isAnswer, milliseconds, this.aborting.signal)
  }

  connect(to: PrimaryEndpoint): Conversation {
    const client = new TcpClient(to, this.limits)
    this.clients.add(client)
    return {
      send: (message) => {
        client.send(message)
      },
      next: () => client.next(),
      close: () => {
        this.clients.delete(client)
        client.close()
      },
    }
  }

  /** Whoever waits is told that nothing will come. */
  close(): void {
    this.aborting.abort()
    for (const client of this.clients) client.close()
  }
}
