/**
 * Asking other servers over UDP: a socket for IPv4 and one for IPv6, from a port that the system
 * chooses. What comes back reaches whoever asked there with that ID; anything else is dropped
 * (RFC 5452 §9.1, §9.2).
 */
import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import type { Endpoint } from './transport.ts'

/** Questions that may be open at once. */
const MOST_OPEN = 4096

/** Octets at the beginning of a message (RFC 1035 §4.1.1). */
const ID_LENGTH = 2

export interface UdpQuestion {
  /** In the first two octets of what is sent. */
  readonly id: number
  send(packet: Uint8Array): void
  /** No answer is listened to any more. */
  end(): void
}

type Family = 'udp4' | 'udp6'

export class UdpClient {
  private readonly mostOpen: number
  /** What is done with an answer, by where it comes from and its ID. */
  private readonly open = new Map<string, (packet: Buffer) => void>()
  private readonly sockets = new Map<Family, Socket>()

  constructor(mostOpen = MOST_OPEN) {
    this.mostOpen = mostOpen
  }

  /**
   * @param onAnswer gets each datagram from there with the question's ID, until the question ends
   * @returns undefined when too many are open
   */
  ask(to: Endpoint, onAnswer: (packet: Buffer) => void): UdpQuestion | undefined {
    if (this.open.size >= this.mostOpen) return undefined
    let id = randomInt(0x1_0000)
    // So few are open that a free one is soon drawn.
    while (this.open.has(keyOf(to, id))) id = randomInt(0x1_0000)
    const key = keyOf(to, id)
    this.open.set(key, onAnswer)
    return {
      id,
      send: (packet) => {
        // An error says that the datagram is lost, which datagrams may be.
        this.socketFor(to).send(packet, to.port, to.address, () => undefined)
      },
      end: () => {
        this.open.delete(key)
        // The next questions come from another port.
        if (this.open.size === 0) this.close()
      },
    }
  }

  /** Hears no more. */
  close(): void {
    this.open.clear()
    for (const socket of this.sockets.values()) socket.close()
    this.sockets.clear()
  }

  private socketFor({ address }: Endpoint): Socket {
    const family = address.includes(':') ? 'udp6' : 'udp4'
    const socket = this.sockets.get(family) ?? this.opened(family)
    this.sockets.set(family, socket)
    return socket
  }

  private opened(type: Family): Socket {
    const socket = createSocket({ type, ipv6Only: type === 'udp6' })
    socket.on('error', () => undefined)
    socket.on('message', (packet, { address, port }) => {
      if (packet.length < ID_LENGTH) return
      this.open.get(keyOf({ address, port }, packet.readUInt16BE(0)))?.(packet)
    })
    return socket
  }
}

const keyOf = ({ address, port }: Endpoint, id: number): string => `${address}#${port} ${id}`
