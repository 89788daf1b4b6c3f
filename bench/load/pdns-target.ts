/** PowerDNS with its LMDB backend, one receiver thread and its defaults. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../test/support/peer.ts'
import { ServerProcess } from './server-process.ts'
import { SERVER_CPU, type BenchData, type Target } from './target.ts'

export class PdnsTarget implements Target {
  readonly name = 'pdns'
  port = 0
  private folder = ''
  private readonly process = new ServerProcess()
  /** The path of a socket may have 107 octets only. */
  private sockets = ''

  pids(): number[] {
    return this.process.pids()
  }

  async prepare(folder: string, { zones, key }: BenchData): Promise<void> {
    this.folder = folder
    this.port = await freePort()
    this.sockets = mkdtempSync(join(tmpdir(), 'pdns-'))
    writeFileSync(
      join(folder, 'pdns.conf'),
      `launch=lmdb
lmdb-filename=${folder}/pdns.lmdb
lmdb-shards=1
lmdb-sync-mode=sync
local-address=127.0.0.1
local-port=${this.port}
socket-dir=${this.sockets}
receiver-threads=1
primary=yes
allow-axfr-ips=127.0.0.0/8
dnsupdate=yes
allow-dnsupdate-from=127.0.0.0/8
disable-syslog=yes
loglevel=3
guardian=no
write-pid=no
`,
    )
    const util = (...args: string[]): void => {
      const command = ['-c', SERVER_CPU, 'pdnsutil', '--config-dir', folder, ...args]
      execFileSync('taskset', command, { stdio: 'ignore' })
    }
    util('import-tsig-key', key.name, 'hmac-sha256', key.secret)
    for (const { apex, file } of zones) {
      util('load-zone', apex, file)
      util('set-meta', apex, 'TSIG-ALLOW-DNSUPDATE', key.name)
    }
  }

  start(): Promise<void> {
    const command = ['pdns_server', `--config-dir=${this.folder}`, '--daemon=no']
    this.process.start(command, join(this.folder, 'log'))
    return Promise.resolve()
  }

  async stop(signal?: NodeJS.Signals): Promise<void> {
    await this.process.stop(signal)
    if (signal === undefined) rmSync(this.sockets, { recursive: true, force: true })
  }
}
