/**
 * One connection of DNS over TCP (RFC 7766): many messages, answered as they are ready. A client
 * holds it only as long as it makes use of it, and never more memory than the limits say.
 */
import type { Socket } from 'node:net'
import { Deframer, frame } from './framing.ts'
import type { Handler } from './transport.ts'

export interface TcpLimits {
  readonly connections: number
  readonly connectionsPerAddress: number
  /** Without an octet in either direction (RFC 7766 §6.2.3). */
  readonly idleMilliseconds: number
  /** From the first octet of a message to its last. */
  readonly messageMilliseconds: number
  /** For a client to read its last answers when we close. */
  readonly farewellMilliseconds: number
  /** Messages of one connection that may wait for their answers (RFC 7766 §6.2.1.1). */
  readonly pipelined: number
  /** Octets of answers that may wait for a client that does not read them. */
  readonly unreadOctets: number
}

export const TCP_LIMITS: TcpLimits = {
  connections: 1024,
  connectionsPerAddress: 128,
  idleMilliseconds: 10_000,
  messageMilliseconds: 10_000,
  farewellMilliseconds: 1_000,
  pipelined: 256,
  unreadOctets: 1024 * 1024,
}

export class TcpConnection {
  private readonly socket: Socket
  private readonly handler: Handler
  private readonly limits: TcpLimits
  private readonly deframer = new Deframer()
  /** Whole messages that are not yet with the handler: less than one read of the socket. */
  private backlog: Buffer[] = []
  /** Messages that are with the handler. */
  private pending = 0
  private outgoing: Buffer[] = []
  private outgoingOctets = 0
  private messageTimer: NodeJS.Timeout | undefined
  private isFinishing = false

  constructor(socket: Socket, handler: Handler, limits: TcpLimits) {
    this.socket = socket
    this.handler = handler
    this.limits = limits
    socket.setTimeout(limits.idleMilliseconds, () => {
      // An answer in the making is not idleness: the client waits for us.
      if (this.pending === 0) socket.destroy()
    })
    socket.on('data', (piece) => {
      this.take(piece)
    })
    socket.on('drain', () => {
      this.work()
    })
    socket.on('end', () => {
      this.finish()
    })
    // The client is gone: 'close' follows.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(this.messageTimer)
    })
  }

  /** Answers what was asked, then closes. */
  finish(): void {
    this.isFinishing = true
    this.socket.setTimeout(this.limits.farewellMilliseconds)
    this.work()
  }

  private take(piece: Buffer): void {
    for (const message of this.deframer.push(piece)) {
      this.backlog.push(message)
      clearTimeout(this.messageTimer)
      this.messageTimer = undefined
    }
    if (this.deframer.isWithinMessage) {
      this.messageTimer ??= setTimeout(() => {
        this.socket.destroy()
      }, this.limits.messageMilliseconds)
    }
    this.work()
  }

  /** Handles messages while there is room for their answers, and reads on when none is left. */
  private work(): void {
    const messages = this.backlog
    let next = 0
    for (let message = messages[0]; message !== undefined && this.hasRoom();) {
      this.handle(message)
      message = messages[++next]
    }
    this.backlog = messages.slice(next)
    if (this.backlog.length > 0) this.socket.pause()
    else if (this.isFinishing && this.pending === 0) this.farewell()
    else if (this.hasRoom()) this.socket.resume()
  }

  private handle(message: Buffer): void {
    const { remoteAddress: address = '', remotePort: port = 0 } = this.socket
    const done = this.handler(message, { address, port, transport: 'tcp' }, (answer) => {
      this.send(answer)
    })
    if (done === undefined) return
    this.pending++
    void done.then(() => {
      this.pending--
      this.work()
    })
  }

  /** What is answered in one turn of the event loop is written at once. */
  private send(answer: Uint8Array): void {
    this.outgoingOctets += answer.length
    if (this.outgoing.push(frame(answer)) > 1) return
    process.nextTick(() => {
      this.flush()
      this.work()
    })
  }

  private flush(): void {
    const answers = Buffer.concat(this.outgoing)
    this.outgoing = []
    this.outgoingOctets = 0
    if (answers.length > 0 && this.socket.writable) this.socket.write(answers)
  }

  private farewell(): void {
    this.flush()
    this.socket.end(() => {
      this.socket.destroy()
    })
  }

  private hasRoom(): boolean {
    return (
      this.pending < this.limits.pipelined &&
      this.socket.writableLength + this.outgoingOctets < this.limits.unreadOctets
    )
  }
}
