/** A server in this process whose files a test changes between two reloads. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { startServer, type RunningServer } from '../../src/app.ts'
import { loadConfig } from '../../src/config/load.ts'
import { configText, grantText, type ConfigParts } from './config-text.ts'
import { recordingLog, type LogLine } from './log.ts'
import { signed, update } from './messages.ts'
import { ZONE } from './operator.ts'
import { SECRET } from './service.ts'
import { askUdp } from './sockets.ts'
import { rcodeOf } from './tsig.ts'
import { add, txt, Type } from './updates.ts'

export const GRANT = grantText('key = "ddns-key."', 'match = "zonesub"')
const FILE = 'file = "dyn.example.zone"\n'

/** A zone seeded from the same file, with a grant for the key. */
export const zoneText = (name: string, key = 'ddns-key.'): string =>
  `[[zone]]\nname = "${name}"\n${FILE}${grantText(`key = "${key}"`, 'match = "zonesub"')}`

export class Reloading {
  readonly folder: string
  readonly lines: LogLine[]
  private readonly server: RunningServer
  private isStopped = false

  private constructor(folder: string, server: RunningServer, lines: LogLine[]) {
    this.folder = folder
    this.server = server
    this.lines = lines
  }

  static async start(t: Test, parts: ConfigParts = {}, keys = ['ddns-key']): Promise<Reloading> {
    const folder = t.testdir({ keys: {} })
    writeFileSync(join(folder, 'dyn.example.zone'), ZONE)
    for (const key of keys) writeKey(folder, key)
    writeConfig(folder, parts)
    const { log, lines } = recordingLog()
    const server = await startServer(loadConfig(join(folder, 'x.toml')), log)
    const reloading = new Reloading(folder, server, lines)
    t.teardown(() => reloading.stop())
    return reloading
  }

  get port(): number {
    return this.server.endpoints[0]?.port ?? 0
  }

  get ports(): number[] {
    return this.server.endpoints.map(({ port }) => port)
  }

  configure(parts: ConfigParts): void {
    writeConfig(this.folder, parts)
  }

  /** As `livezone reload` has it done. */
  reload(): ReturnType<RunningServer['reload']> {
    return this.server.reload()
  }

  addKey(key: string, algorithm?: string): void {
    writeKey(this.folder, key, algorithm)
  }

  removeKey(key: string): void {
    rmSync(join(this.folder, 'keys', `${key}.key`))
  }

  /** The RCODE of an update of one name in the zone. */
  async update(keyName = 'ddns-key', zone = 'dyn.example.', port = this.port): Promise<number> {
    const change = add(`x.${zone}`, Type.TXT, 60, txt('x'))
    return rcodeOf(await askUdp(port, signedNow(update(zone, [], [change]), keyName)))
  }

  async stop(): Promise<void> {
    if (!this.isStopped) await this.server.stop()
    this.isStopped = true
  }
}

/** Signed at the time of the machine with the secret that tests know. */
export const signedNow = (packet: Buffer, keyName = 'ddns-key'): Buffer =>
  signed(packet, { keyName, secret: SECRET, timeSeconds: Math.floor(Date.now() / 1000) })

const writeKey = (folder: string, key: string, algorithm = 'hmac-sha256'): void => {
  const text = `key "${key}" { algorithm ${algorithm}; secret "${SECRET.toString('base64')}"; };\n`
  mkdirSync(join(folder, 'keys'), { recursive: true })
  writeFileSync(join(folder, 'keys', `${key}.key`), text, { mode: 0o600 })
}

const writeConfig = (folder: string, parts: ConfigParts): void => {
  const rest = FILE + GRANT + (parts.rest ?? '')
  writeFileSync(join(folder, 'x.toml'), configText({ ...parts, rest }))
}
