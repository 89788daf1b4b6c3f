/** A name server of a test's own, on UDP and TCP at one port of 127.0.0.1. */
import type { Test } from 'tap'
import { listenTcp } from '../../src/transport/tcp.ts'
import type { Handler } from '../../src/transport/transport.ts'
import { listenUdp } from '../../src/transport/udp.ts'
import { noProxies } from './listen-options.ts'

const LOOPBACK = '127.0.0.1'
const TRIES = 10

/** @returns the port; it is closed when the test ends */
export const listenDns = async (t: Test, handler: Handler, triesLeft = TRIES): Promise<number> => {
  const options = noProxies()
  const tcp = await listenTcp({ address: LOOPBACK, port: 0 }, handler, options)
  const { port } = tcp.endpoint
  try {
    const udp = await listenUdp({ address: LOOPBACK, port }, handler, options)
    t.teardown(() => Promise.all([udp.close(), tcp.close()]))
    return port
  } catch (error) {
    await tcp.close()
    // The port may be another's for UDP.
    if (triesLeft === 0) throw error
    return listenDns(t, handler, triesLeft - 1)
  }
}
