/** A BIND of one's own, serving one zone file on a free port of 127.0.0.1. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './peer.ts'

export class Named {
  port = 0
  log = ''
  private child: ChildProcess | undefined

  /** Resolves when it serves the zone. */
  async start(folder: string, apex: string, zoneText: string): Promise<void> {
    this.port = await freePort()
    writeFileSync(join(folder, 'zone'), zoneText)
    writeFileSync(
      join(folder, 'named.conf'),
      `options {
        directory "${folder}";
        listen-on port ${this.port} { 127.0.0.1; };
        listen-on-v6 { none; };
        pid-file none;
        recursion no; zero-no-soa-ttl no;
        minimal-responses yes;
        dnssec-validation no;
        notify no;
        empty-zones-enable no;
        check-integrity no;
        check-names primary ignore;
        rrset-order { order none; };
      };
      controls { };
      zone "${apex}" { type primary; file "zone"; };
`,
    )
    const args = ['-g', '-c', join(folder, 'named.conf'), '-n', '1']
    const child = spawn('named', args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.child = child
    for await (const line of createInterface({ input: child.stderr })) {
      this.log += `${line}\n`
      if (line.endsWith(' running')) {
        child.stderr.resume()
        return
      }
    }
    throw new Error(`named ended before it was ready: ${this.log}`)
  }

  async stop(): Promise<void> {
    const child = this.child
    this.child = undefined
    if (child === undefined || child.exitCode !== null) return
    const gone = once(child, 'close')
    child.kill('SIGTERM')
    await gone
  }
}
