/** Knot's knotd as a primary or a secondary. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Daemon } from './daemon.ts'
import { freePort, type Peer, type PeerRole, type PeerZone } from './peer.ts'

export class KnotPeer implements Peer {
  port = 0
  private daemon: Daemon | undefined

  get log(): string {
    return this.daemon?.output ?? ''
  }

  async start(folder: string, { apex, key, role }: PeerZone): Promise<void> {
    this.port = await freePort()
    mkdirSync(join(folder, 'db'))
    if (role.kind === 'primary') writeFileSync(join(folder, 'zone'), role.text)
    const file = join(folder, 'knot.conf')
    writeFileSync(
      file,
      `server:
  rundir: "${folder}"
  listen: 127.0.0.1@${this.port}
  udp-workers: 1
  tcp-workers: 1
database:
  storage: "${folder}/db"
log:
  - target: stderr
    any: info
key:
  - id: ${key.name}
    algorithm: hmac-sha256
    secret: ${key.secret}
remote:
  - id: primary
    address: 127.0.0.1@${role.kind === 'secondary' ? role.primaryPort : this.port}
    key: ${key.name}
acl:
  - id: local
    address: 127.0.0.1
    action: [notify, transfer]
  - id: keyed
    key: ${key.name}
    action: [notify, transfer, update]
template:
  - id: default
    storage: "${folder}"
    semantic-checks: off
zone:
  - domain: ${apex}
    file: zone
    acl: [local, keyed]
    ${zoneStatements(role)}
`,
    )
    this.daemon = new Daemon('knotd', ['-c', file])
    await this.daemon.printed(/server started/)
  }

  async stop(): Promise<void> {
    await this.daemon?.stop()
  }
}

const zoneStatements = (role: PeerRole): string =>
  role.kind === 'primary'
    ? 'zonefile-load: difference'
    : `master: primary
    refresh-min-interval: 2
    retry-min-interval: 1`
