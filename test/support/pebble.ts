/** Pebble, Let's Encrypt's test CA, whose validator asks the server under test and nobody else. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './peer.ts'
import { run } from './tools.ts'

/** Without sleeps, random refusals of nonces, and authorizations that are valid already. */
const PREDICTABLE = {
  PEBBLE_VA_NOSLEEP: '1',
  PEBBLE_WFE_NONCEREJECT: '0',
  PEBBLE_AUTHZREUSE: '0',
}

export class Pebble {
  private readonly folder: string
  /** The URL of its ACME directory. */
  directory = ''
  private child: ChildProcess | undefined

  /** @param folder an empty one, for its configuration and its own certificate */
  constructor(folder: string) {
    this.folder = folder
  }

  /** The certificate that its HTTPS is to be trusted by. */
  get certificateFile(): string {
    return join(this.folder, 'https.pem')
  }

  /**
   * Resolves when it takes orders.
   * @param dnsPort of 127.0.0.1: where it looks for the TXT records
   */
  async start(dnsPort: number): Promise<void> {
    const config = await this.configure()
    const args = ['-config', config, '-dnsserver', `127.0.0.1:${dnsPort}`]
    const child = spawn('pebble', args, {
      env: { ...process.env, ...PREDICTABLE },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.child = child
    let log = ''
    for await (const line of createInterface({ input: child.stdout })) {
      log += `${line}\n`
      const [, directory] = /ACME directory available at: (\S+)/.exec(line) ?? []
      if (directory === undefined) continue
      this.directory = directory
      child.stdout.resume()
      // It says so before it listens.
      while (child.exitCode === null && !(await this.answers()));
      if (child.exitCode === null) return
    }
    throw new Error(`pebble ended before it was ready: ${log}`)
  }

  async stop(): Promise<void> {
    const child = this.child
    this.child = undefined
    if (child === undefined || child.exitCode !== null) return
    const gone = once(child, 'close')
    child.kill('SIGTERM')
    await gone
  }

  private async answers(): Promise<boolean> {
    const request = get(this.directory, { ca: readFileSync(this.certificateFile) })
    try {
      await once(request, 'response')
      return true
    } catch {
      return false
    } finally {
      request.destroy()
    }
  }

  /** @returns its configuration file */
  private async configure(): Promise<string> {
    const keyFile = join(this.folder, 'https.key')
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1']
    const whose = ['-subj', '/CN=pebble', '-addext', 'subjectAltName=IP:127.0.0.1']
    const files = ['-keyout', keyFile, '-out', this.certificateFile]
    const made = await run('openssl', ['req', '-x509', ...kind, ...whose, ...files])
    if (made.code !== 0) throw new Error(made.stderr)
    const pebble = {
      listenAddress: `127.0.0.1:${await freePort()}`,
      managementListenAddress: `127.0.0.1:${await freePort()}`,
      certificate: this.certificateFile,
      privateKey: keyFile,
      // Nobody listens there: only DNS-01 is asked for.
      httpPort: await freePort(),
      tlsPort: await freePort(),
    }
    const file = join(this.folder, 'pebble.json')
    writeFileSync(file, JSON.stringify({ pebble }))
    return file
  }
}
