/** A client that keeps signed UPDATEs in flight over UDP, and remembers which were acknowledged. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { rr, signed, update } from './messages.ts'

export interface Target {
  readonly port: number
  readonly secret: Buffer
}

/**
 * Adds one A record after the other, `inFlight` at a time, until `acknowledgements` were answered
 * NOERROR; then no further ones.
 * @param ownerOf the name that the nth update adds
 * @returns the numbers of the updates that were acknowledged, in the order of their answers
 */
export const addUntil = async (
  target: Target,
  inFlight: number,
  acknowledgements: number,
  first: number,
  ownerOf: (n: number) => string,
): Promise<number[]> => {
  const socket = createSocket('udp4')
  const acknowledged: number[] = []
  const byId = new Map<number, number>()
  let next = first
  const send = (): void => {
    const n = next++
    const id = n & 0xffff
    byId.set(id, n)
    const add = rr(
      ownerOf(n),
      1,
      1,
      60,
      Buffer.from([10, (n >> 16) & 255, (n >> 8) & 255, n & 255]),
    )
    const packet = signed(update('dyn.example.', [], [add], { id }), {
      keyName: 'ddns-key',
      secret: target.secret,
      timeSeconds: Math.floor(Date.now() / 1000),
    })
    // After a kill there is nobody to send to.
    socket.send(packet, () => undefined)
  }
  // So it hears nobody else: ports are given again to others soon.
  socket.connect(target.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.on('error', () => undefined)
  const done = new Promise<void>((resolve, reject) => {
    socket.on('message', (answer) => {
      const n = byId.get(answer.readUInt16BE(0))
      const rcode = answer.readUInt8(3) & 0xf
      if (n === undefined || rcode !== 0) {
        reject(new Error(`answer ${answer.toString('hex')}`))
        return
      }
      acknowledged.push(n)
      if (acknowledged.length === acknowledgements) resolve()
      else if (acknowledged.length < acknowledgements) send()
    })
  })
  for (let i = 0; i < inFlight; i++) send()
  await done
  socket.close()
  return acknowledged
}
