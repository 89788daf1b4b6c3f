/**
 * A TCP client that sends exactly the octets it is given and takes the answers apart by itself; it
 * waits for events, never for time.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'
import type { Test } from 'tap'
import { systemClock } from '../../src/base/clock.ts'

/** Messages with their length prefixes (RFC 1035 §4.2.2), one after the other. */
export const framed = (...messages: readonly Buffer[]): Buffer =>
  Buffer.concat(
    messages.flatMap((message) => [
      Buffer.from([message.length >> 8, message.length & 0xff]),
      message,
    ]),
  )

export class TcpClient {
  readonly socket: Socket
  /** That the connection ended with an error, an RST for example. */
  error: Error | undefined
  private octets = Buffer.alloc(0)
  private hasEnded = false
  private isClosed = false
  private readonly changes = new EventEmitter()

  private constructor(socket: Socket) {
    this.socket = socket
    const change = (apply: (piece: Buffer) => void) => (piece: Buffer) => {
      apply(piece)
      this.changes.emit('change')
    }
    socket.on(
      'data',
      change((piece) => {
        this.octets = Buffer.concat([this.octets, piece])
      }),
    )
    socket.on(
      'end',
      change(() => {
        this.hasEnded = true
      }),
    )
    socket.on('error', (error) => {
      this.error = error
    })
    socket.on('close', () => {
      this.isClosed = true
      this.changes.emit('change')
    })
  }

  /** Connects, and is gone when the test is. */
  static async connect(
    t: Test,
    endpoint: { readonly address: string; readonly port: number },
    options: Partial<TcpNetConnectOpts> = {},
  ): Promise<TcpClient> {
    const { address: host, port } = endpoint
    const client = new TcpClient(connect({ host, port, noDelay: true, ...options }))
    t.teardown(() => client.socket.destroy())
    await once(client.socket, 'connect')
    return client
  }

  /** Resolves when the system has taken the octets. */
  async send(octets: Buffer): Promise<void> {
    await new Promise<void>((resolve) => {
      this.socket.write(octets, () => {
        resolve()
      })
    })
  }

  /** The next whole message; rejects when the connection ends before. */
  async message(): Promise<Buffer> {
    for (;;) {
      const length = this.octets.length < 2 ? Infinity : this.octets.readUInt16BE(0)
      if (this.octets.length >= 2 + length) {
        const message = this.octets.subarray(2, 2 + length)
        this.octets = this.octets.subarray(2 + length)
        return message
      }
      if (this.hasEnded || this.isClosed) throw new Error('the connection ended')
      await once(this.changes, 'change')
    }
  }

  async messages(count: number): Promise<string[]> {
    const texts: string[] = []
    while (texts.length < count) texts.push((await this.message()).toString())
    return texts
  }

  /** Resolves when the server has said that nothing more will come, with what came until then. */
  async ended(): Promise<Buffer> {
    while (!this.hasEnded && !this.isClosed) await once(this.changes, 'change')
    return this.octets
  }

  /** Resolves when the connection is no more. */
  async closed(): Promise<void> {
    while (!this.isClosed) await once(this.changes, 'change')
  }
}

/** The next connection that a server of this process accepts, as the server sees it. */
export const nextAccepted = (): Promise<Socket> =>
  new Promise((resolve) => {
    const take = (message: unknown): void => {
      unsubscribe('net.server.socket', take)
      // What Node publishes on this channel.
      resolve((message as { socket: Socket }).socket)
    }
    subscribe('net.server.socket', take)
  })

/** Resolves when the socket is closed, with or without an error. */
export const socketClosed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.once('close', () => {
      resolve()
    })
  })

/** What a socket says when for so long nothing came or went that it is idle. */
export const seemIdle = (socket: Socket): void => {
  socket.emit('timeout')
}

/** The timers of so many milliseconds that run: by how many we know which are meant. */
export const runningTimers = (t: Test, milliseconds: number): ReadonlySet<unknown> => {
  const running = new Set<unknown>()
  const { setTimeout, clearTimeout } = globalThis
  const set = (callback: () => void, delay?: number): NodeJS.Timeout => {
    const timer = setTimeout(callback, delay)
    if (delay === milliseconds) running.add(timer)
    return timer
  }
  const clear = (timer: NodeJS.Timeout | undefined): void => {
    running.delete(timer)
    clearTimeout(timer)
  }
  t.intercept(globalThis, 'setTimeout', { value: set })
  t.intercept(globalThis, 'clearTimeout', { value: clear })
  return running
}

/** All that is read at once is worked on in one turn, however long the machine takes for it. */
export const holdClock = (t: Test): void => {
  const now = systemClock.monotonicMilliseconds()
  t.intercept(systemClock, 'monotonicMilliseconds', { value: () => now })
}

/** A promise that is resolved from outside. */
export class Gate {
  readonly opened: Promise<void>
  open: () => void = () => undefined

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve
    })
  }
}
