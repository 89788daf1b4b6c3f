/** NSD as a primary or a secondary. */
import { userInfo } from 'node:os'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Daemon } from './daemon.ts'
import { freePort, type Peer, type PeerRole, type PeerZone } from './peer.ts'

export class NsdPeer implements Peer {
  port = 0
  private daemon: Daemon | undefined

  get log(): string {
    return this.daemon?.output ?? ''
  }

  async start(folder: string, { apex, key, role }: PeerZone): Promise<void> {
    this.port = await freePort()
    if (role.kind === 'primary') writeFileSync(join(folder, 'zone'), role.text)
    const file = join(folder, 'nsd.conf')
    writeFileSync(
      file,
      `server:
  ip-address: 127.0.0.1@${this.port}
  username: "${userInfo().username}"
  chroot: ""
  zonesdir: "${folder}"
  database: ""
  zonelistfile: "${folder}/zone.list"
  xfrdfile: "${folder}/xfrd.state"
  xfrdir: "${folder}"
  pidfile: "${folder}/nsd.pid"
  server-count: 1
  verbosity: 2
  xfrd-reload-timeout: 0
remote-control:
  control-enable: no
key:
  name: "${key.name}"
  algorithm: hmac-sha256
  secret: "${key.secret}"
zone:
  name: "${apex}"
  zonefile: "zone"
  provide-xfr: 127.0.0.1 NOKEY
  provide-xfr: 127.0.0.1 ${key.name}
  ${zoneStatements(role, key.name)}
`,
    )
    this.daemon = new Daemon('nsd', ['-d', '-c', file])
    await this.daemon.printed(/nsd started/)
  }

  async stop(): Promise<void> {
    await this.daemon?.stop()
  }
}

const zoneStatements = (role: PeerRole, key: string): string =>
  role.kind === 'primary'
    ? ''
    : `request-xfr: 127.0.0.1@${role.primaryPort} ${key}
  allow-notify: 127.0.0.1 NOKEY
  allow-notify: 127.0.0.1 ${key}
  min-refresh-time: 1
  min-retry-time: 1`
