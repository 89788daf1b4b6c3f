/** A livezone of one's own: a process with its own folder, key, zone and ports. */
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { plainly } from './tools.ts'

/** The command as it is built for operators. */
export const BUNDLED = join(import.meta.dirname, '../../cli/main.js')

const CONFIG = `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"

[[zone]]
name = "dyn.example."
file = "dyn.example.zone"

  [[zone.grant]]
  key = "ddns-key."
  match = "zonesub"
  types = ["ANY"]
`

/** The same, and whoever holds the key may transfer the zone. */
export const TRANSFER_CONFIG = CONFIG.replace('\nfile', '\ntransfer = ["key:ddns-key."]\nfile')

export const ZONE = `
$TTL 3600
@    IN SOA ns1 hostmaster 1 2h 15m 1w 60
@    IN NS  ns1
ns1  IN A   127.0.0.1
`

/**
 * The configuration with as many workers as LIVEZONE_TEST_WORKERS says, unless it says something of them or of
 * UDP itself: so every test against a server can be run with several (`npm run test:workers`).
 */
export const withWorkers = (config: string): string => {
  const workers = process.env.LIVEZONE_TEST_WORKERS
  if (workers === undefined || /^(udp|workers) =/m.test(config)) return config
  return `udp = "auto"\nworkers = ${workers}\n${config}`
}

export class Livezone {
  readonly folder: string
  port = 0
  /** Where it serves web clients, such as `http://127.0.0.1:8080`. */
  web: string[] = []
  /** What it logged since it was started last. */
  log = ''
  private process: ChildProcessByStdio<null, Readable, Readable> | undefined

  /** @param folder an empty one, for configuration, keys, zone file and store */
  constructor(folder: string, config = CONFIG, zone = ZONE) {
    this.folder = folder
    mkdirSync(join(folder, 'keys'), { recursive: true })
    writeFileSync(join(folder, 'livezone.toml'), withWorkers(config))
    writeFileSync(join(folder, 'dyn.example.zone'), zone)
  }

  get keyFile(): string {
    return join(this.folder, 'keys', 'ddns-key.key')
  }

  /** The secret of `ddns-key.` in base64. */
  get secret(): string {
    const [, secret] = /secret "([^"]+)"/.exec(readFileSync(this.keyFile, 'utf8')) ?? []
    if (secret === undefined) throw new Error('the key file has no secret')
    return secret
  }

  /** Resolves when it is ready to answer. */
  async start(): Promise<void> {
    // As an operator starts it: bundled, and without tap's coverage, which test/cli/ collects.
    const words = ['serve', '--config', join(this.folder, 'livezone.toml')]
    const child = spawn(...plainly(process.execPath, BUNDLED, ...words), {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.process = child
    this.log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.log += text))
    let output = ''
    for await (const piece of child.stdout
      .setEncoding('utf8')
      .iterator({ destroyOnReturn: false })) {
      output += String(piece)
      const [, places] = /ready: .* on (.*)\n/.exec(output) ?? []
      if (places === undefined) continue
      const [first = '', ...others] = places.split(', ')
      this.port = Number(first.split(':').at(-1))
      this.web = others.filter((place) => place.startsWith('http'))
      child.stdout.resume()
      return
    }
    throw new Error(`livezone ended before it was ready: ${this.log}`)
  }

  /** Resolves when its log has that: it comes by a pipe of its own, and so perhaps after an answer. */
  async logged(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.log)) {
      if (this.process === undefined) throw new Error(`it was not logged: ${this.log}`)
      await once(this.process.stderr, 'data')
    }
  }

  /** Ends it with the signal and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.process
    this.process = undefined
    if (child === undefined || child.exitCode !== null) return
    const gone = once(child, 'close')
    child.kill(signal)
    await gone
  }
}
