/** Whether a server answers for the zone, and when it begins to. */
import { createSocket } from 'node:dgram'
import dnsPacket from 'dns-packet'
import { APEX } from './zone-data.ts'

const PATIENCE_MILLISECONDS = 120_000

/** Milliseconds until the SOA of the zone is answered with NOERROR. */
export const firstAnswer = async (port: number, apex = APEX): Promise<number> => {
  const socket = createSocket('udp4')
  const started = performance.now()
  const question = dnsPacket.encode({
    type: 'query',
    id: 1,
    questions: [{ type: 'SOA', name: apex.slice(0, -1) }],
  })
  try {
    return await new Promise<number>((resolve, reject) => {
      const ask = setInterval(() => {
        const waited = performance.now() - started
        if (waited > PATIENCE_MILLISECONDS) reject(new Error(`port ${port} does not answer`))
        socket.send(question, port, '127.0.0.1')
      }, 2)
      socket.on('message', (packet) => {
        // An answer, with RCODE 0 and a record in it: before the zone is loaded it is SERVFAIL or REFUSED.
        if ((packet.readUInt8(3) & 0xf) !== 0 || packet.readUInt16BE(6) === 0) return
        clearInterval(ask)
        resolve(performance.now() - started)
      })
      socket.on('error', reject)
    })
  } finally {
    socket.close()
  }
}
