/** BIND's named as a primary or a secondary. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Daemon } from './daemon.ts'
import { freePort, type Peer, type PeerRole, type PeerZone } from './peer.ts'

export class NamedPeer implements Peer {
  port = 0
  private daemon: Daemon | undefined

  get log(): string {
    return this.daemon?.output ?? ''
  }

  async start(folder: string, { apex, key, role }: PeerZone): Promise<void> {
    this.port = await freePort()
    if (role.kind === 'primary') writeFileSync(join(folder, 'zone'), role.text)
    const file = join(folder, 'named.conf')
    writeFileSync(
      file,
      `options {
        directory "${folder}";
        listen-on port ${this.port} { 127.0.0.1; };
        listen-on-v6 { none; };
        pid-file none;
        session-keyfile "${folder}/session.key";
        recursion no;
        dnssec-validation no;
        empty-zones-enable no;
        check-integrity no;
        notify no;
        allow-transfer { 127.0.0.1; };
        min-refresh-time 1; min-retry-time 1;
      };
      controls { };
      key "${key.name}" { algorithm hmac-sha256; secret "${key.secret}"; };
      zone "${apex}" { ${zoneStatements(role, key.name)} };
`,
    )
    this.daemon = new Daemon('named', ['-g', '-c', file, '-n', '1'])
    await this.daemon.printed(/ running$/m)
  }

  async stop(): Promise<void> {
    await this.daemon?.stop()
  }
}

const zoneStatements = (role: PeerRole, key: string): string =>
  role.kind === 'primary'
    ? `type primary; file "zone"; allow-update { key "${key}"; };
       ixfr-from-differences yes;`
    : `type secondary; file "zone"; masterfile-format text; allow-notify { 127.0.0.1; };
       primaries { 127.0.0.1 port ${role.primaryPort} key "${key}"; };`
