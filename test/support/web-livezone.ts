/** A livezone that serves web clients: over HTTP, over HTTPS, and devices of another age. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Livezone } from './livezone.ts'
import { runHere } from './operator.ts'
import { run, type Finished } from './tools.ts'

const config = (http: string): string => `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"

[http]
listen = ["127.0.0.1:0"]
${http}

[[zone]]
name = "dyn.example."
file = "dyn.example.zone"
`

export const TLS = `
tls-listen = ["127.0.0.1:0"]
certificate = "server.pem"
key = "server.key"
`

export const LEGACY = 'legacy-listen = ["127.0.0.1:0"]\n'

export class WebLivezone extends Livezone {
  /** @param http settings below `[http]` besides the plain listener */
  constructor(folder: string, http = '') {
    super(folder, config(http))
  }

  /** For the certificate of 127.0.0.1 that `TLS` names. */
  async makeCertificate(): Promise<void> {
    const { code, stderr } = await makeCertificate(this.folder)
    if (code !== 0) throw new Error(stderr)
  }

  get certificate(): string {
    return join(this.folder, 'server.pem')
  }

  /** `127.0.0.1:8080`, as clients write it: of the first listener with that scheme. */
  at(scheme: 'http' | 'https', which = 0): string {
    const found = this.web.filter((address) => address.startsWith(`${scheme}://`))[which]
    if (found === undefined) throw new Error(`nothing listens for ${scheme}`)
    return found.slice(scheme.length + 3)
  }

  /** By the command line, at the running server. */
  async token(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.livezone('token', 'create', ...args)
    if (code !== 0) throw new Error(stderr)
    return stdout.trim()
  }

  /** In this process, for it takes no other. */
  livezone(...args: readonly string[]): Promise<Finished> {
    return runHere([...args, '--config', join(this.folder, 'livezone.toml')])
  }

  write(name: string, content: string): string {
    const path = join(this.folder, name)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }
}

/** Signed by itself, for 127.0.0.1. */
export const makeCertificate = (folder: string, name = 'server'): Promise<Finished> =>
  run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-days', '30', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)],
  ])
