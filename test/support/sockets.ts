/** A client's side of DNS over real sockets: octets out, octets in. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Sends a datagram to 127.0.0.1 and gives the one that comes back. */
export const askUdp = async (port: number, packet: Uint8Array): Promise<Buffer> => {
  const socket = createSocket('udp4')
  try {
    // So it hears nobody else: ports are given again to others soon.
    socket.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const answered = once(socket, 'message')
    socket.send(packet)
    // The first argument of a datagram's event is its octets.
    const [answer] = (await answered) as [Buffer]
    return answer
  } finally {
    socket.close()
  }
}

/** RFC 1035 §4.2.2: messages with their lengths before them. */
export const framed = (messages: readonly Uint8Array[]): Buffer =>
  Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(message.length)
      return [length, message]
    }),
  )

/** The whole messages that the octets hold. */
export const unframed = (octets: Buffer): Buffer[] => {
  const messages: Buffer[] = []
  for (let at = 0; at + 2 <= octets.length;) {
    const end = at + 2 + octets.readUInt16BE(at)
    if (end > octets.length) break
    messages.push(octets.subarray(at + 2, end))
    at = end
  }
  return messages
}

export const connectTcp = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

/** What comes until the other side closes, or is gone. */
export const restOf = async (socket: Socket): Promise<Buffer> => {
  const pieces: Buffer[] = []
  socket.on('data', (piece: Buffer) => pieces.push(piece))
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(pieces)
}
