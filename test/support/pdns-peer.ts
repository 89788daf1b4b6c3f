/** PowerDNS, its zones in SQLite, as a primary or a secondary. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Daemon } from './daemon.ts'
import { freePort, type Peer, type PeerKey, type PeerZone } from './peer.ts'
import { run } from './tools.ts'

export class PdnsPeer implements Peer {
  port = 0
  private daemon: Daemon | undefined
  /** The path of a socket may have 107 octets only, and a test's own folder lies deep. */
  private readonly sockets = mkdtempSync(join(tmpdir(), 'pdns-'))

  get log(): string {
    return this.daemon?.output ?? ''
  }

  async start(folder: string, { apex, key, role }: PeerZone): Promise<void> {
    this.port = await freePort()
    const isSecondary = role.kind === 'secondary'
    writeFileSync(
      join(folder, 'pdns.conf'),
      `launch=gsqlite3
gsqlite3-database=${folder}/pdns.db
local-address=127.0.0.1
local-port=${this.port}
socket-dir=${this.sockets}
${isSecondary ? 'secondary' : 'primary'}=yes
xfr-cycle-interval=1
allow-axfr-ips=127.0.0.0/8
allow-notify-from=127.0.0.0/8
dnsupdate=yes
allow-dnsupdate-from=127.0.0.0/8
disable-syslog=yes
loglevel=6
guardian=no
write-pid=no
zone-cache-refresh-interval=0
query-cache-ttl=0
cache-ttl=0
`,
    )
    const schema = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql'
    await mustRun('sqlite3', [join(folder, 'pdns.db'), `.read ${schema}`])
    const util = (...args: string[]): Promise<void> =>
      mustRun('pdnsutil', ['--config-dir', folder, ...args])
    await importKey(util, key)
    if (isSecondary) {
      await util('create-secondary-zone', apex, `127.0.0.1:${role.primaryPort}`)
      await util('activate-tsig-key', apex, key.name, 'secondary')
    } else {
      writeFileSync(join(folder, 'zone'), role.text)
      await util('load-zone', apex, join(folder, 'zone'))
      await util('set-kind', apex, 'primary')
      await util('activate-tsig-key', apex, key.name, 'primary')
    }
    this.daemon = new Daemon('pdns_server', [`--config-dir=${folder}`, '--daemon=no'])
    await this.daemon.printed(/Done launching threads/)
  }

  async stop(): Promise<void> {
    await this.daemon?.stop()
    rmSync(this.sockets, { recursive: true, force: true })
  }
}

const importKey = (
  util: (...args: string[]) => Promise<void>,
  { name, secret }: PeerKey,
): Promise<void> => util('import-tsig-key', name, 'hmac-sha256', secret)

const mustRun = async (command: string, args: readonly string[]): Promise<void> => {
  const { code, stdout, stderr } = await run(command, args)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`)
}
