/**
 * Another server of one's own, on a free port of 127.0.0.1: the primary of a zone, or a secondary
 * that fetches it from elsewhere. One file a server; all of them are driven alike.
 */
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

export interface PeerKey {
  /** With its last dot. */
  readonly name: string
  /** In base64, for hmac-sha256. */
  readonly secret: string
}

/** What the server is to the zone. A secondary is to be told by NOTIFY, from any port of 127.0.0.1. */
export type PeerRole =
  | { readonly kind: 'primary'; readonly text: string }
  | { readonly kind: 'secondary'; readonly primaryPort: number }

export interface PeerZone {
  readonly apex: string
  /** With which it fetches as a secondary, and with which a primary is to be asked. */
  readonly key: PeerKey
  readonly role: PeerRole
}

export interface Peer {
  readonly port: number
  /** What it logged. */
  readonly log: string
  /**
   * Resolves when it answers; a secondary may not have the zone yet.
   * @param folder an empty one
   */
  start(folder: string, zone: PeerZone): Promise<void>
  stop(): Promise<void>
}

/** The system gives ports from 32768 on to clients and to who asks for any: below, nobody comes between our looking and its use. */
const [FIRST_PORT, END_OF_PORTS] = [16_384, 32_768]

/** Where no server is: whoever has given a port away listens there at the same one. */
const CLAIMS = '127.0.0.2'

/**
 * A port of 127.0.0.1 that nobody has, over UDP and TCP, for a program that has to be told its port. It is nobody
 * else's as long as this process lives: a program may take long to begin, and others are looking meanwhile.
 */
export const freePort = async (): Promise<number> => {
  const port = randomInt(FIRST_PORT, END_OF_PORTS)
  const claim = createServer().unref()
  const datagrams = createSocket('udp4')
  const connections = createServer()
  try {
    await once(claim.listen(port, CLAIMS), 'listening')
    await once(datagrams.bind(port, '127.0.0.1'), 'listening')
    await once(connections.listen(port, '127.0.0.1'), 'listening')
    return port
  } catch {
    claim.close()
    return await freePort()
  } finally {
    datagrams.close()
    connections.close()
  }
}
