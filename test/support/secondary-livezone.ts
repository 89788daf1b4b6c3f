/** A livezone whose zone is another server's, on 127.0.0.1. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Livezone } from './livezone.ts'
import type { PeerKey } from './peer.ts'

export const secondaryConfig = (apex: string, primaryPort: number, key: PeerKey): string => `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"

[[zone]]
name = "${apex}"
primary = [{ address = "127.0.0.1:${primaryPort}", key = "${key.name}" }]
transfer = ["127.0.0.0/8"]

  [[zone.grant]]
  key = "${key.name}"
  match = "zonesub"
  types = ["ANY"]
`

/**
 * @param folder an empty one
 * @param key `ddns-key.`, which the clients of tests have
 */
export const secondaryLivezone = (
  folder: string,
  apex: string,
  primaryPort: number,
  key: PeerKey,
): Livezone => {
  const server = new Livezone(folder, secondaryConfig(apex, primaryPort, key))
  mkdirSync(join(folder, 'keys'), { recursive: true })
  const text = `key "${key.name}" { algorithm hmac-sha256; secret "${key.secret}"; };\n`
  writeFileSync(server.keyFile, text, { mode: 0o600 })
  return server
}
