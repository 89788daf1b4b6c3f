/** NSD with one server process and its defaults; it takes no updates. */
import { copyFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../test/support/peer.ts'
import { ServerProcess } from './server-process.ts'
import type { BenchData, Target } from './target.ts'

export class NsdTarget implements Target {
  readonly name = 'nsd'
  port = 0
  private folder = ''
  private readonly process = new ServerProcess()

  pids(): number[] {
    return this.process.pids()
  }

  async prepare(folder: string, { zones }: BenchData): Promise<void> {
    this.folder = folder
    this.port = await freePort()
    const clauses = zones.map(({ apex, file }, index) => {
      copyFileSync(file, join(folder, `zone${index}`))
      return `zone:
  name: "${apex}"
  zonefile: "zone${index}"
  provide-xfr: 127.0.0.1 NOKEY
`
    })
    writeFileSync(
      join(folder, 'nsd.conf'),
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
  rrl-ratelimit: 0
remote-control:
  control-enable: no
${clauses.join('')}`,
    )
  }

  start(): Promise<void> {
    this.process.start(['nsd', '-d', '-c', join(this.folder, 'nsd.conf')], join(this.folder, 'log'))
    return Promise.resolve()
  }

  stop(signal?: NodeJS.Signals): Promise<void> {
    return this.process.stop(signal)
  }
}
