/** livezone itself as a primary, driven as the others are. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Livezone } from './livezone.ts'
import type { Peer, PeerZone } from './peer.ts'

export class LivezonePeer implements Peer {
  private server: Livezone | undefined

  get port(): number {
    return this.server?.port ?? 0
  }

  get log(): string {
    return this.server?.log ?? ''
  }

  async start(folder: string, { apex, key, role }: PeerZone): Promise<void> {
    if (role.kind !== 'primary') throw new Error('see secondary-livezone.ts')
    const config = `listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"
[[zone]]
name = "${apex}"
file = "dyn.example.zone"
transfer = ["key:${key.name}"]
  [[zone.grant]]
  key = "${key.name}"
  match = "zonesub"
  types = ["ANY"]
`
    this.server = new Livezone(folder, config, role.text)
    mkdirSync(join(folder, 'keys'), { recursive: true })
    const text = `key "${key.name}" { algorithm hmac-sha256; secret "${key.secret}"; };\n`
    writeFileSync(this.server.keyFile, text, { mode: 0o600 })
    await this.server.start()
  }

  async stop(): Promise<void> {
    await this.server?.stop()
  }
}
