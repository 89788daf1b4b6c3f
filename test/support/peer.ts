/**
 * Another server of one's own, on a free port of 127.0.0.1: the primary of a zone, or a secondary
 * that fetches it from elsewhere. One file a server; all of them are driven alike.
 */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

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

/** A port that nobody has, now. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on a host has an address of that form.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
