/** The client's side of DNS over TCP: one connection, messages both ways (RFC 7766). */
import { connect, type Socket } from 'node:net'
import { NetworkError } from '../base/network-error.ts'
import { Deframer, frame } from './framing.ts'
import { endpointText, type Endpoint } from './transport.ts'

export interface TcpClientLimits {
  /** Milliseconds until there is a connection, and between two pieces of what comes. */
  readonly idleMilliseconds: number
  /** Milliseconds for all of it: who sends an octet now and then is never idle. */
  readonly totalMilliseconds: number
}

export class TcpClient {
  private readonly socket: Socket
  private readonly messages: AsyncGenerator<Buffer, void>
  private readonly deadline: NodeJS.Timeout

  /** What goes wrong from the first step on is thrown by `next`. */
  constructor(to: Endpoint, limits: TcpClientLimits) {
    const socket = connect({ host: to.address, port: to.port, noDelay: true })
    this.socket = socket
    const late = (milliseconds: number, what: string) => (): void => {
      socket.destroy(new NetworkError(`${endpointText(to)} ${what} in ${milliseconds / 1000} s`))
    }
    const { idleMilliseconds, totalMilliseconds } = limits
    socket.setTimeout(idleMilliseconds, late(idleMilliseconds, 'sent nothing'))
    this.deadline = setTimeout(late(totalMilliseconds, 'did not come to an end'), totalMilliseconds)
    // Whoever reads is told; nobody may be reading yet.
    socket.on('error', () => undefined)
    this.messages = messagesOf(socket, endpointText(to))
  }

  send(message: Uint8Array): void {
    this.socket.write(frame(message))
  }

  /**
   * The next message. While nobody asks for one, the other side has to wait.
   * @throws NetworkError, or what the system says, when there is none
   */
  async next(): Promise<Buffer> {
    const { value } = await this.messages.next()
    if (value !== undefined) return value
    throw new NetworkError('the connection is closed')
  }

  close(): void {
    clearTimeout(this.deadline)
    this.socket.destroy()
  }
}

async function* messagesOf(socket: Socket, from: string): AsyncGenerator<Buffer, void> {
  const deframer = new Deframer()
  // A socket without an encoding gives Buffers.
  for await (const piece of socket as AsyncIterable<Buffer>) yield* deframer.push(piece)
  throw new NetworkError(`${from} closed the connection before the end`)
}
