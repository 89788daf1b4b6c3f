/** A livezone with real servers as its secondaries, each told of every change by NOTIFY. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KnotPeer } from './knot-peer.ts'
import { Livezone } from './livezone.ts'
import { NamedPeer } from './named-peer.ts'
import { NsdPeer } from './nsd-peer.ts'
import { runHere } from './operator.ts'
import { PdnsPeer } from './pdns-peer.ts'
import { freePort, type Peer } from './peer.ts'
import type { Finished } from './tools.ts'

export const APEX = 'dyn.example.'

const SECRET = Buffer.from('a secret of the secondaries').toString('base64')

export class Secondaries {
  readonly peers: readonly Peer[] = [new NamedPeer(), new KnotPeer(), new NsdPeer(), new PdnsPeer()]
  /** Several of them have sockets, whose paths may have 107 octets; a test's own folder lies deep. */
  private readonly folder = mkdtempSync(join(tmpdir(), 'livezone-'))
  private started: Livezone | undefined

  get server(): Livezone {
    if (this.started === undefined) throw new Error('livezone is not started')
    return this.started
  }

  /** @param isSigned whether NOTIFY is signed */
  async start(isSigned: boolean): Promise<void> {
    const { folder } = this
    const port = await freePort()
    const key = { name: 'xfr-key.', secret: SECRET }
    const role = { kind: 'secondary', primaryPort: port } as const
    for (const peer of this.peers) {
      const own = join(folder, peer.constructor.name)
      mkdirSync(own)
      await peer.start(own, { apex: APEX, key, role })
    }
    const signed = isSigned ? ', key = "xfr-key."' : ''
    const notify = this.peers.map((peer) => `{ address = "127.0.0.1:${peer.port}"${signed} }`)
    mkdirSync(join(folder, 'livezone'))
    this.started = new Livezone(
      join(folder, 'livezone'),
      `
listen = ["127.0.0.1:${port}"]
data = "data"
keys = "keys"

[[zone]]
name = "${APEX}"
file = "dyn.example.zone"
transfer = ["key:xfr-key."]
notify = [${notify.join(', ')}]

  [[zone.grant]]
  key = "ddns-key."
  match = "zonesub"
`,
    )
    for (const name of ['xfr-key', 'ddns-key']) {
      const text = `key "${name}." { algorithm hmac-sha256; secret "${SECRET}"; };\n`
      writeFileSync(join(folder, 'livezone/keys', `${name}.key`), text, { mode: 0o600 })
    }
    await this.server.start()
  }

  /** Types a command of the operator. */
  livezone(...words: readonly string[]): Promise<Finished> {
    return runHere([...words, '--config', join(this.server.folder, 'livezone.toml')])
  }

  async stop(): Promise<void> {
    await Promise.all([...this.peers, this.server].map((one) => one.stop()))
    rmSync(this.folder, { recursive: true })
  }
}
