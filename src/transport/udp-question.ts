/** One question over UDP, from a port of its own that the system chose: hard to guess for others. */
import { createSocket } from 'node:dgram'
import { NetworkError } from '../base/network-error.ts'
import { endpointText, type Endpoint } from './transport.ts'

/**
 * Sends a datagram, and gives the first one from there that is an answer.
 * @param isAnswer is shown each datagram that comes; it must not throw
 * @throws NetworkError when none comes in time, the other side has no such port, or `signal` aborts it
 */
export const askUdp = (
  to: Endpoint,
  message: Uint8Array,
  isAnswer: (packet: Uint8Array) => boolean,
  milliseconds: number,
  signal: AbortSignal,
): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const socket = createSocket(to.address.includes(':') ? 'udp6' : 'udp4')
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      socket.close()
    }
    const fail = (why: string): void => {
      end()
      reject(new NetworkError(`${endpointText(to)} ${why}`))
    }
    const abort = (): void => {
      fail('is not asked any more')
    }
    const timer = setTimeout(() => {
      fail(`does not answer in ${milliseconds / 1000} s`)
    }, milliseconds)
    signal.addEventListener('abort', abort)
    if (signal.aborted) {
      abort()
      return
    }
    socket.on('error', (error) => {
      fail(`cannot be asked: ${error.message}`)
    })
    socket.on('message', (packet) => {
      if (!isAnswer(packet)) return
      end()
      resolve(packet)
    })
    // What comes from elsewhere is then not shown to us.
    socket.connect(to.port, to.address, () => {
      socket.send(message)
    })
  })
