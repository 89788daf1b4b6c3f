/**
 * A UDP socket whose datagrams come and go in batches: one system call takes what has come, up to 64
 * datagrams, and one sends their answers (ADR 14).
 *
 * Poll says that there is something, an immediate takes one batch, and so all else in the thread has
 * its turn between two batches. With one datagram at a time that is as many calls as dgram makes.
 */
import { constants } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { LONGEST_DATAGRAM, MESSAGES, MessageVector, type Envelope } from './message-vector.ts'
import type { SystemCalls, Watch } from './system-calls.ts'
import type { FilledRequest, ListenOptions, Peer } from './transport.ts'

const { EAGAIN, EINTR } = constants.errno

/** Every call on it fails. */
const NO_FILE = -1

/** What came, and the way back: good until whoever is shown it returns. */
export interface Datagram {
  readonly packet: Uint8Array
  readonly peer: Peer
  readonly envelope: Envelope
}

/** What is done with what comes. */
export interface BatchHandling extends Pick<ListenOptions, 'isProxy' | 'quick'> {
  /** Gets what was not answered quickly. */
  take(datagram: Datagram): void
  /** All of a batch was taken. */
  taken?(): void
}

export class BatchSocket {
  private readonly calls: SystemCalls
  private fd: number
  private readonly handling: BatchHandling
  private readonly watch: Watch
  private readonly inbox: MessageVector
  private readonly outbox: MessageVector
  /** Filled anew for each packet. */
  private readonly request: FilledRequest
  /** Answers in the outbox: from the first that is not sent to the last that is written. */
  private first = 0
  private written = 0
  private watching: 'readable' | 'writable' | undefined
  private isTurnComing = false
  private isClosing = false

  /** @param fd stays open when all is done here */
  constructor(calls: SystemCalls, fd: number, handling: BatchHandling) {
    this.calls = calls
    this.fd = fd
    this.handling = handling
    this.inbox = new MessageVector(calls)
    this.inbox.lend(MESSAGES)
    this.outbox = new MessageVector(calls)
    this.request = {
      octets: this.inbox.octets,
      start: 0,
      end: 0,
      address: '',
      transport: 'udp',
      answer: this.outbox.octets,
      at: 0,
      room: LONGEST_DATAGRAM,
    }
    this.watch = calls.watch(fd)
    this.watchFor('readable')
  }

  /** Takes no more. */
  stop(): void {
    this.isClosing = true
    this.watch.stop()
  }

  /** Takes no more; resolves when all is sent and the file is let go of. */
  async end(): Promise<void> {
    this.stop()
    this.flush()
    while (this.written > 0) {
      await nextTurn()
      this.flush()
    }
    this.letGo()
  }

  /** Lets go of the file at once: koffi ends the process where a thread ends before that. */
  letGo(): void {
    this.isClosing = true
    this.watch.close()
    this.fd = NO_FILE
  }

  /** An answer that nobody can send, or that finds no room, is lost: the client will ask again. */
  put(message: Uint8Array, envelope: Envelope): void {
    if (message.length > LONGEST_DATAGRAM || !this.hasRoom()) return
    this.outbox.write(this.written++, message, envelope)
    this.comeToTurn()
  }

  /**
   * Called by koffi, which does not do what Node does after a callback (promises, errors): so no more
   * than this.
   */
  private readonly ready = (status: number): void => {
    if (status < 0) {
      // An error of the socket, at which the watch ends; the next packet is not to blame.
      this.calls.clearError(this.fd)
      this.watching = undefined
    }
    this.comeToTurn()
  }

  private comeToTurn(): void {
    if (this.isTurnComing) return
    this.isTurnComing = true
    setImmediate(this.turn)
  }

  /** As long as answers wait for room nothing is taken: what comes waits in the system. */
  private readonly turn = (): void => {
    this.isTurnComing = false
    this.flush()
    if (this.isClosing) return
    if (this.written === 0) {
      this.take()
      this.flush()
    }
    this.watchFor(this.written > 0 ? 'writable' : 'readable')
  }

  private watchFor(what: 'readable' | 'writable'): void {
    // A handler may have closed us.
    if (this.isClosing || this.watching === what) return
    this.watching = what
    this.watch.start(what, this.ready)
  }

  private take(): void {
    const came = Math.min(this.calls.receive(this.fd, this.inbox.address, MESSAGES), MESSAGES)
    for (let index = 0; index < came && !this.isClosing; index++) this.handle(index)
    this.handling.taken?.()
    this.inbox.lend(came)
  }

  private handle(index: number): void {
    const port = this.inbox.sourcePort(index)
    // RFC 768: the sender wants no answer.
    if (port === 0) return
    const address = this.inbox.sourceAddress(index)
    if (this.isAnsweredQuickly(index, address)) return
    const packet = this.inbox.datagram(index)
    const envelope = this.inbox.lentEnvelope(index)
    this.handling.take({ packet, peer: { address, port, transport: 'udp' }, envelope })
  }

  /** Straight from the memory of the one vector into that of the other. */
  private isAnsweredQuickly(index: number, address: string): boolean {
    const { quick, isProxy } = this.handling
    if (quick === undefined || isProxy(address) || !this.hasRoom()) return false
    const { request, inbox, outbox } = this
    request.start = inbox.startOf(index)
    request.end = request.start + inbox.lengthOf(index)
    request.address = address
    request.at = outbox.startOf(this.written)
    const length = quick(request)
    if (length > 0) outbox.writeEnvelope(this.written++, length, inbox.lentEnvelope(index))
    return length !== 0
  }

  private hasRoom(): boolean {
    if (this.written === MESSAGES) this.flush()
    return this.written < MESSAGES
  }

  /** Sends what the system takes. */
  private flush(): void {
    while (this.first < this.written) {
      const count = this.written - this.first
      const sent = this.calls.send(this.fd, this.outbox.addressOf(this.first), count)
      if (sent === -EAGAIN) return
      if (sent === -EINTR) continue
      // With another error the first cannot be sent: the client is gone or the network is.
      this.first += sent > 0 ? sent : 1
    }
    this.first = this.written = 0
  }
}
