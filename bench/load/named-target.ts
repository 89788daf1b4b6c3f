/** BIND's named with one worker thread and its defaults. */
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../test/support/peer.ts'
import { ServerProcess } from './server-process.ts'
import type { BenchData, Target } from './target.ts'

export class NamedTarget implements Target {
  readonly name = 'bind'
  port = 0
  private folder = ''
  private readonly process = new ServerProcess()

  pids(): number[] {
    return this.process.pids()
  }

  async prepare(folder: string, { zones, key }: BenchData): Promise<void> {
    this.folder = folder
    this.port = await freePort()
    const clauses = zones.map(({ apex, file }, index) => {
      copyFileSync(file, join(folder, `zone${index}`))
      return `zone "${apex}" { type primary; file "zone${index}"; allow-update { key "${key.name}"; }; };`
    })
    writeFileSync(
      join(folder, 'named.conf'),
      `options {
        directory "${folder}";
        listen-on port ${this.port} { 127.0.0.1; };
        listen-on-v6 { none; };
        pid-file none;
        session-keyfile "${folder}/session.key";
        recursion no;
        notify no;
        tcp-clients 1000;
        allow-transfer { 127.0.0.1; };
      };
      controls { };
      key "${key.name}" { algorithm hmac-sha256; secret "${key.secret}"; };
      ${clauses.join('\n')}
`,
    )
  }

  start(): Promise<void> {
    const command = ['named', '-f', '-n', '1', '-c', join(this.folder, 'named.conf')]
    this.process.start(command, join(this.folder, 'log'))
    return Promise.resolve()
  }

  stop(signal?: NodeJS.Signals): Promise<void> {
    return this.process.stop(signal)
  }
}
