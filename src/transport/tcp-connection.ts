/**
 * One connection of DNS over TCP (RFC 7766): many messages, answered as they are ready. A client
 * holds it only as long as it makes use of it, and never more memory than the limits say.
 */
import type { Socket } from 'node:net'
import { Deframer, endOfMessage, frame, PREFIX } from './framing.ts'
import type { Counters } from '../base/counters.ts'
import { readProxyHeader } from './proxy-protocol.ts'
import { QuickFrames } from './quick-frames.ts'
import { TcpTurns } from './tcp-turns.ts'
import type { Flow, Handler, Peer, Quick } from './transport.ts'

export interface TcpLimits {
  readonly connections: number
  readonly connectionsPerAddress: number
  /** Without an octet in either direction (RFC 7766 §6.2.3). */
  readonly idleMilliseconds: number
  /** From the first octet of a message to its last. */
  readonly messageMilliseconds: number
  /** For a client to read its last answers and to close when we do. */
  readonly farewellMilliseconds: number
  /** Messages of one connection that may wait for their answers (RFC 7766 §6.2.1.1). */
  readonly pipelined: number
  /** Octets of those messages. */
  readonly pendingOctets: number
  /** Octets of answers that may wait for a client that does not read them. */
  readonly unreadOctets: number
  /** Of those, what an answer of many messages fills: the rest is for other answers meanwhile. */
  readonly streamedOctets: number
}

export const TCP_LIMITS: TcpLimits = {
  connections: 1024,
  connectionsPerAddress: 128,
  idleMilliseconds: 10_000,
  messageMilliseconds: 10_000,
  farewellMilliseconds: 1_000,
  pipelined: 256,
  pendingOctets: 1024 * 1024,
  unreadOctets: 256 * 1024,
  streamedOctets: 128 * 1024,
}

const NOTHING = Buffer.alloc(0)

/** Whichever connection uses them leaves them empty. */
const frames = new QuickFrames()

/** Of all connections. */
const turns = new TcpTurns()

export interface TcpConnectionParts {
  readonly socket: Socket
  /** Whoever is at the other end. */
  readonly peer: Peer
  /** Whether that is a proxy, which will first say who the client is. */
  readonly isProxy: boolean
  readonly handler: Handler
  readonly quick: Quick | undefined
  readonly limits: TcpLimits
  readonly counters: Counters
}

export class TcpConnection {
  private readonly socket: Socket
  private readonly counters: Counters
  /** The client: behind a proxy, from when it has been named. */
  private peer: Peer
  /** What came of a proxy's header; undefined once it is whole. */
  private proxyHeader: Buffer | undefined
  private readonly handler: Handler
  private readonly quick: Quick | undefined
  private readonly limits: TcpLimits
  private readonly deframer = new Deframer()
  /** What was read and nobody has looked at yet: while it is there, no more is read. */
  private held: Buffer = NOTHING
  /** Messages that were answered since it was our turn. */
  private answered = 0
  private isWaiting = false
  /** Messages that are with the handler, and their octets. */
  private pending = 0
  private pendingOctets = 0
  private outgoing: Buffer[] = []
  private outgoingOctets = 0
  /** Runs while a message is unfinished and we read. */
  private messageTimer: NodeJS.Timeout | undefined
  private farewellTimer: NodeJS.Timeout | undefined
  /** No message is taken any more. */
  private isFinishing = false
  /** We are the ones who end it, and do so without the rest of long answers. */
  private isClosing = false
  /** Answers that wait for the client to read. */
  private streams: (() => void)[] = []
  private readonly flow: Flow = {
    drained: () => this.drained(),
    cut: () => {
      this.cut()
    },
  }

  constructor({ socket, peer, isProxy, handler, quick, limits, counters }: TcpConnectionParts) {
    this.socket = socket
    this.peer = peer
    this.proxyHeader = isProxy ? Buffer.alloc(0) : undefined
    this.handler = handler
    this.quick = quick
    this.limits = limits
    this.counters = counters
    socket.setTimeout(limits.idleMilliseconds)
    socket.on('timeout', () => {
      // An answer that we owe is not idleness, unless it waits for the client to read.
      if (!this.isOwing || socket.writableLength > 0) this.cut()
      else socket.setTimeout(limits.idleMilliseconds)
    })
    socket.on('data', (piece) => {
      this.take(piece)
    })
    socket.on('end', () => {
      this.finish()
    })
    // The client is gone: 'close' follows.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.stopMessageTimer()
      clearInterval(this.farewellTimer)
      this.wakeStreams()
    })
  }

  /**
   * Takes no more messages, answers those it has, then closes. A client is waited for while we owe
   * it an answer, and then once more to read it; what else it sends is read and dropped, for closing
   * on unread octets would reset the connection under its last answers (RFC 1122 §4.2.2.13). An
   * answer of many messages ends where it is: it may take an hour, and the client will ask again.
   */
  close(): void {
    this.isClosing = true
    this.farewellTimer ??= setInterval(() => {
      if (!this.isOwing) this.socket.destroy()
    }, this.limits.farewellMilliseconds)
    this.wakeStreams()
    this.finish()
  }

  private finish(): void {
    this.isFinishing = true
    this.stopMessageTimer()
    this.work()
  }

  private take(piece: Buffer): void {
    if (this.isFinishing) return
    this.held = this.proxyHeader === undefined ? piece : this.unwrap(this.proxyHeader, piece)
    this.work()
  }

  /** Answers at once what can be; what cannot the handler gets, in octets of its own. */
  private answer(octets: Buffer, start: number, end: number): void {
    this.answered++
    if (this.quick !== undefined) {
      if (!frames.hasRoom) this.sendFrames()
      const length = frames.answer(this.quick, octets, start, end, this.peer.address)
      if (length > 0) this.outgoingOctets += length
      if (length !== 0) return
    }
    this.sendFrames()
    this.handle(Buffer.from(octets.subarray(start, end)))
  }

  private sendFrames(): void {
    const answers = frames.take()
    if (answers !== undefined) this.queue(answers)
  }

  /** What of the octets is the client's own, behind the proxy's header. */
  private unwrap(before: Buffer, piece: Buffer): Buffer {
    const octets = Buffer.concat([before, piece])
    const header = readProxyHeader(octets)
    switch (header.kind) {
      case 'incomplete':
        this.proxyHeader = octets
        return NOTHING
      case 'bad':
        this.counters.add('proxy headers bad')
        this.socket.destroy()
        return NOTHING
      case 'header':
        this.proxyHeader = undefined
        this.peer = { ...this.peer, ...header.client }
        return octets.subarray(header.length)
    }
  }

  /** The client kept us waiting too long. */
  private cut(): void {
    this.counters.add('tcp connections cut')
    this.socket.destroy()
  }

  /** Answers messages while there is time and room for it, and reads on when none is left. */
  private work(): void {
    this.answered = 0
    const { held } = this
    let at = 0
    while (at < held.length && this.mayAnswer()) at = this.takeMessage(held, at)
    this.held = held.subarray(at)
    this.sendFrames()
    const isDone = this.held.length === 0
    if (this.isFinishing && isDone && this.pending === 0) this.farewell()
    else if (isDone && this.hasRoom()) this.readOn()
    else this.readNoMore()
    if (!isDone && this.hasRoom()) this.waitForTurn()
  }

  /** @returns where the next one begins */
  private takeMessage(octets: Buffer, from: number): number {
    // What goes on with a message that has begun is for the deframer.
    const whole = this.deframer.isWithinMessage ? undefined : endOfMessage(octets, from)
    if (whole !== undefined) {
      this.answer(octets, from + PREFIX, whole)
      return whole
    }
    const { end, message } = this.deframer.take(octets, from)
    if (message !== undefined) {
      this.stopMessageTimer()
      this.answer(message, 0, message.length)
    }
    return end
  }

  private waitForTurn(): void {
    if (this.isWaiting) return
    this.isWaiting = true
    turns.wait(() => {
      this.isWaiting = false
      this.work()
    })
  }

  private handle(message: Buffer): void {
    const reply = (answer: Uint8Array): void => {
      this.send(answer)
    }
    const done = this.handler(message, this.peer, reply, this.flow)
    if (done === undefined) return
    this.pending++
    this.pendingOctets += message.length
    void done.then(() => {
      this.pending--
      this.pendingOctets -= message.length
      this.work()
    })
  }

  private readOn(): void {
    this.socket.resume()
    if (this.isFinishing || !this.deframer.isWithinMessage) return
    this.messageTimer ??= setTimeout(() => {
      this.cut()
    }, this.limits.messageMilliseconds)
  }

  /** While we do not read for want of room, the rest of a message is not late. */
  private readNoMore(): void {
    this.socket.pause()
    if (!this.hasRoom()) this.stopMessageTimer()
  }

  private stopMessageTimer(): void {
    clearTimeout(this.messageTimer)
    this.messageTimer = undefined
  }

  /** What is answered in one turn of the event loop is written at once. */
  private send(answer: Uint8Array): void {
    this.outgoingOctets += answer.length
    this.queue(frame(answer))
  }

  private queue(octets: Buffer): void {
    if (this.outgoing.push(octets) > 1) return
    process.nextTick(() => {
      this.flush()
    })
  }

  private flush(): void {
    const [first, ...more] = this.outgoing
    const answers = first !== undefined && more.length === 0 ? first : Buffer.concat(this.outgoing)
    this.outgoing = []
    this.outgoingOctets = 0
    if (answers.length === 0 || !this.socket.writable) return
    this.socket.write(answers, () => {
      if (this.unread < this.limits.streamedOctets) this.wakeStreams()
      this.work()
    })
  }

  /** Both sides having ended, the socket closes by itself. */
  private farewell(): void {
    this.flush()
    this.socket.end()
    this.socket.resume()
  }

  /** Octets of answers that the client has not taken yet. */
  private get unread(): number {
    return this.socket.writableLength + this.outgoingOctets
  }

  private async drained(): Promise<boolean> {
    while (!this.isOver && this.unread >= this.limits.streamedOctets) {
      await new Promise<void>((resolve) => this.streams.push(resolve))
    }
    return !this.isOver
  }

  /** Whether there are messages that we are late to answer. */
  private get isOwing(): boolean {
    return this.pending > 0 || this.isWaiting
  }

  private get isOver(): boolean {
    return this.isClosing || this.socket.destroyed
  }

  private wakeStreams(): void {
    const waiting = this.streams
    this.streams = []
    for (const wake of waiting) wake()
  }

  private mayAnswer(): boolean {
    return this.hasRoom() && !turns.isOver(this.answered)
  }

  private hasRoom(): boolean {
    return (
      !this.socket.destroyed &&
      this.pending < this.limits.pipelined &&
      this.pendingOctets < this.limits.pendingOctets &&
      this.unread < this.limits.unreadOctets
    )
  }
}
