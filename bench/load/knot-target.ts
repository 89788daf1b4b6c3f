/** Knot's knotd with one worker of each kind and its defaults. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../test/support/peer.ts'
import { ServerProcess } from './server-process.ts'
import type { BenchData, Target } from './target.ts'

export class KnotTarget implements Target {
  readonly name = 'knot'
  port = 0
  private folder = ''
  private readonly process = new ServerProcess()

  pids(): number[] {
    return this.process.pids()
  }

  async prepare(folder: string, { zones, key }: BenchData): Promise<void> {
    this.folder = folder
    this.port = await freePort()
    mkdirSync(join(folder, 'db'))
    const items = zones.map(({ apex, file }, index) => {
      copyFileSync(file, join(folder, `zone${index}`))
      return `  - domain: ${apex}
    storage: "${folder}"
    file: zone${index}
    acl: [update, transfer]
`
    })
    writeFileSync(
      join(folder, 'knot.conf'),
      `server:
  rundir: "${folder}"
  listen: 127.0.0.1@${this.port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: "${folder}/db"
log:
  - target: stderr
    any: warning
key:
  - id: ${key.name}
    algorithm: hmac-sha256
    secret: ${key.secret}
acl:
  - id: update
    key: ${key.name}
    action: update
  - id: transfer
    address: 127.0.0.1
    action: transfer
zone:
${items.join('')}`,
    )
  }

  start(): Promise<void> {
    this.process.start(['knotd', '-c', join(this.folder, 'knot.conf')], join(this.folder, 'log'))
    return Promise.resolve()
  }

  stop(signal?: NodeJS.Signals): Promise<void> {
    return this.process.stop(signal)
  }
}
