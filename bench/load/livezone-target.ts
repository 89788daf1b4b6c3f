/** livezone, as `livezone serve` runs. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../test/support/peer.ts'
import { ServerProcess } from './server-process.ts'
import { SERVER_CPU, type BenchData, type BenchZone, type Target } from './target.ts'

const MAIN = join(import.meta.dirname, '../../../dist/cli/main.js')

/** @param isSeeded whether the file is read at the first start; one zone is imported before */
const clauseOf = ({ apex, file }: BenchZone, key: string, isSeeded: boolean): string => `
[[zone]]
name = "${apex}"
${isSeeded ? `file = "${file}"` : ''}
transfer = ["127.0.0.0/8"]

  [[zone.grant]]
  key = "${key}"
  match = "zonesub"
  types = ["ANY"]
`

/** As it is meant for a busy server, over Node's own sockets, and with a thread that reads beside the other. */
type Variant = 'batches' | 'dgram' | 'workers'

const NAMES: Readonly<Record<Variant, string>> = {
  batches: 'livezone',
  dgram: 'livezone over dgram',
  workers: 'livezone with 2 workers',
}

export class LivezoneTarget implements Target {
  readonly name: string
  private readonly variant: Variant
  port = 0
  private folder = ''
  private readonly process = new ServerProcess()

  constructor(variant: Variant = 'batches') {
    this.variant = variant
    this.name = NAMES[variant]
  }

  pids(): number[] {
    return this.process.pids()
  }

  async prepare(folder: string, { zones, key }: BenchData): Promise<void> {
    this.folder = folder
    this.port = await freePort()
    mkdirSync(join(folder, 'keys'))
    const secret = `key "${key.name}" { algorithm hmac-sha256; secret "${key.secret}"; };\n`
    writeFileSync(join(folder, 'keys', 'bench.key'), secret, { mode: 0o600 })
    writeFileSync(
      this.config,
      `listen = ["127.0.0.1:${this.port}"]
data = "data"
udp = "${this.variant === 'dgram' ? 'dgram' : 'batch'}"
workers = ${this.variant === 'workers' ? 2 : 1}
keys = "keys"
${zones.map((zone) => clauseOf(zone, key.name, zones.length > 1)).join('')}`,
    )
    const [first, ...others] = zones
    if (first === undefined || others.length > 0) return
    const { apex, file } = first
    const command = [process.execPath, MAIN, 'import', '--config', this.config, apex, file]
    execFileSync('taskset', ['-c', SERVER_CPU, ...command])
  }

  start(): Promise<void> {
    const command = [process.execPath, MAIN, 'serve', '--config', this.config]
    this.process.start(command, join(this.folder, 'log'))
    return Promise.resolve()
  }

  stop(signal?: NodeJS.Signals): Promise<void> {
    return this.process.stop(signal)
  }

  private get config(): string {
    return join(this.folder, 'livezone.toml')
  }
}
