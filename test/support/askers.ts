/** Several sockets that ask one server over UDP, as clients that know nothing of one another. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Test } from 'tap'

/** For which a datagram over loopback is waited at most. */
const PATIENCE_MILLISECONDS = 10_000

/** IDs from here on are for signed packets: of what is under way from one socket, each has an ID of its own. */
export const SIGNED_IDS = 0x8000

class Asker {
  private readonly socket: Socket
  private readonly port: number
  private readonly open = new Map<number, (answer: Buffer) => void>()
  private lastId = 0

  constructor(socket: Socket, port: number) {
    this.socket = socket
    this.port = port
    socket.on('message', (answer, from) => {
      // It hears nobody else: ports are given again to others soon.
      if (from.port !== port) return
      const id = answer.readUInt16BE(0)
      this.open.get(id)?.(answer)
      this.open.delete(id)
    })
  }

  /** Under an ID of its own; a signed packet keeps the one that it has, from `SIGNED_IDS` on. */
  ask(packet: Buffer, isSigned = false): Promise<Buffer> {
    if (!isSigned) packet.writeUInt16BE((this.lastId = (this.lastId + 1) % SIGNED_IDS), 0)
    const answered = new Promise<Buffer>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no answer to ${packet.toString('hex')}`))
      }, PATIENCE_MILLISECONDS)
      this.open.set(packet.readUInt16BE(0), (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
    })
    this.socket.send(packet, this.port, '127.0.0.1')
    return answered
  }
}

export class Askers {
  private readonly askers: readonly Asker[]
  private turn = 0

  private constructor(askers: readonly Asker[]) {
    this.askers = askers
  }

  /** @param count of sockets, which are closed when the test ends */
  static async open(t: Test, port: number, count: number): Promise<Askers> {
    const askers = Array.from({ length: count }, async () => {
      const socket = createSocket('udp4').bind(0, '127.0.0.1')
      t.teardown(() => socket.close())
      await once(socket, 'listening')
      return new Asker(socket, port)
    })
    return new Askers(await Promise.all(askers))
  }

  /** Asks from the next socket. */
  ask(packet: Buffer, isSigned = false): Promise<Buffer> {
    this.turn = (this.turn + 1) % this.askers.length
    // It is one of them.
    return (this.askers[this.turn] as Asker).ask(packet, isSigned)
  }

  /** Asks from all sockets at once. */
  askAll(packet: Buffer): Promise<Buffer[]> {
    return Promise.all(this.askers.map((asker) => asker.ask(Buffer.from(packet))))
  }
}
