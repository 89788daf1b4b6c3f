/** Asks many questions on one TCP connection, as they are answered in any order. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { Deframer, frame } from '../../src/transport/framing.ts'

/** The answer to each packet, in the order of the packets; each must have an ID of its own. */
export const askOverTcp = async (port: number, packets: readonly Buffer[]): Promise<Buffer[]> => {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  const answers = new Map<number, Buffer>()
  const deframer = new Deframer()
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('data', (piece) => {
      for (const answer of deframer.push(piece)) answers.set(answer.readUInt16BE(0), answer)
      if (answers.size === packets.length) resolve()
    })
  })
  for (const packet of packets) socket.write(frame(packet))
  await done
  socket.destroy()
  return packets.map((packet) => {
    const answer = answers.get(packet.readUInt16BE(0))
    if (answer === undefined) throw new Error(`no answer to ${packet.toString('hex')}`)
    return answer
  })
}
