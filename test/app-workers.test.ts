/** More threads than one: a reader by itself, and a server that has some. */
import { createSocket } from 'node:dgram'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startServer, type RunningServer } from '../src/app.ts'
import { plainSettingsOf } from '../src/app/generation.ts'
import { chosenUdp } from '../src/app/listening.ts'
import type { FromReader, ToldGeneration, ToReader } from '../src/app/reader-messages.ts'
import { startThread } from '../src/app/reader-seat.ts'
import { Reader } from '../src/app/reader.ts'
import { loadConfig, type Config } from '../src/config/load.ts'
import { rateAccounts } from '../src/server/rate-limit.ts'
import { LmdbStore } from '../src/store/lmdb.ts'
import { portAt } from '../src/transport/socket-address.ts'
import { listenUdp } from '../src/transport/udp.ts'
import { ZoneChanges } from '../src/zone/zone-changes.ts'
import { calls, test } from './support/batches.ts'
import { FakeClock } from './support/clock.ts'
import { configText, grantText } from './support/config-text.ts'
import { recordingLog, type LogLine } from './support/log.ts'
import { query, signed, update } from './support/messages.ts'
import { ZONE } from './support/operator.ts'
import { configOf } from './support/readers.ts'
import { a, named, publish } from './support/records.ts'
import { SECRET } from './support/service.ts'
import { askUdp } from './support/sockets.ts'
import { rcodeOf } from './support/tsig.ts'
import { add, deleteName, ipv4, Type } from './support/updates.ts'

class Kit {
  readonly version = new Int32Array(new SharedArrayBuffer(4))
  readonly waiting = new Int32Array(new SharedArrayBuffer(4))
  readonly reader: Reader
  private readonly client = createSocket('udp4')
  readonly fd: number
  /** What it said. */
  readonly said: FromReader[] = []
  private readonly port: number
  private hear: (what: string) => void = () => undefined

  private constructor(t: Test, folder: string, changes: ZoneChanges) {
    const start = {
      folder,
      changes: changes.memory,
      version: this.version.buffer,
      waiting: this.waiting.buffer,
    }
    this.reader = new Reader(start, calls, (message) => {
      this.said.push(message)
      this.hear(message.kind)
    })
    this.fd = calls.open({ address: '127.0.0.1', port: 0 })
    const bound = Buffer.alloc(28)
    calls.boundTo(this.fd, bound)
    this.port = portAt(bound, 0)
    // It hears nobody else: ports are given again to others soon.
    this.client.on('message', (answer, { port }) => {
      if (port === this.port) this.hear(`RCODE ${answer.readUInt8(3) & 0xf}`)
    })
    t.teardown(() => {
      this.client.close()
      calls.close(this.fd)
    })
  }

  /** A reader of a store with the zone `z.`; it was told of nothing yet but a socket. */
  static async open(t: Test): Promise<Kit> {
    const folder = t.testdir()
    const store = LmdbStore.open(folder, new FakeClock())
    const changes = new ZoneChanges()
    store.observe(changes)
    publish(store, 'z.', [a('www.z.', '192.0.2.1')])
    const kit = new Kit(t, folder, changes)
    t.teardown(() => store.close())
    await kit.reader.take({ kind: 'open', fd: kit.fd })
    return kit
  }

  tell(version: number, more: Partial<ToldGeneration> = {}): Promise<void> {
    const generation = {
      version,
      settings: plainSettingsOf({ config: configOf(), cookieSecret: Buffer.alloc(16) }),
      unlimited: [{ address: '127.0.0.0', prefixLength: 8 }],
      proxies: [],
      zones: [{ apex: named('z.'), isAnswered: true }],
      rateAccounts: rateAccounts(),
      ...more,
    }
    return this.reader.take({ kind: 'generation', ...generation })
  }

  ask(packet = query('www.z.', Type.A)): void {
    this.client.send(packet, this.port, '127.0.0.1')
  }

  /** The answer that comes, or what the reader says instead. */
  next(): Promise<string> {
    return new Promise((resolve) => {
      this.hear = resolve
    })
  }
}

const asked = async (kit: Kit, packet?: Buffer): Promise<string> => {
  const next = kit.next()
  kit.ask(packet)
  return next
}

test('a reader hands over until it knows what the server goes by', async (t) => {
  const kit = await Kit.open(t)
  t.equal(await asked(kit), 'datagrams', 'before it was told of anything')
  await kit.reader.take({ kind: 'zone', version: 0, apex: named('z.'), isAnswered: true })
  t.equal(await asked(kit), 'datagrams')
  await kit.tell(0)
  t.equal(await asked(kit), 'RCODE 0')
  t.equal(await asked(kit), 'RCODE 0', 'and as it was kept')
  Atomics.add(kit.version, 0, 1)
  t.equal(await asked(kit), 'datagrams', 'when something changed that it was not told of')
  await kit.reader.take({ kind: 'zone', version: 1, apex: named('z.'), isAnswered: false })
  t.equal(await asked(kit), 'RCODE 2', 'a zone that cannot be answered for')
  await kit.tell(1, { proxies: [{ address: '127.0.0.1', prefixLength: 32 }] })
  t.equal(await asked(kit), 'datagrams', 'what a proxy sent')
  await kit.reader.take({ kind: 'stop' })
})

test('more than may wait for the writer is dropped and counted', async (t) => {
  const kit = await Kit.open(t)
  await kit.tell(0)
  const soa = query('z.', Type.SOA)
  t.equal(await asked(kit, soa), 'datagrams')
  t.equal(kit.waiting[0], 500 + soa.length)
  kit.waiting[0] = 4 * 2 ** 20
  kit.ask(soa)
  t.equal(await asked(kit), 'RCODE 0', 'what it answers itself it answers')
  t.equal(kit.waiting[0], 4 * 2 ** 20)
  await kit.reader.take({ kind: 'stop' })
  t.match(kit.said.slice(-2), [
    { kind: 'closed', fd: kit.fd },
    {
      kind: 'counts',
      counts: { 'answers udp NOERROR': 1, 'datagrams dropped, the writer is busy': 1 },
    },
  ])
})

test('a reader that counted nothing says nothing of it, and closes what it was told to', async (t) => {
  const kit = await Kit.open(t)
  kit.reader.report()
  await kit.reader.take({ kind: 'close', fd: kit.fd })
  await kit.reader.take({ kind: 'close', fd: kit.fd })
  t.strictSame(
    kit.said.map(({ kind }) => kind),
    ['closed', 'closed'],
  )
  await kit.reader.take({ kind: 'stop' })
})

const GRANT = grantText('key = "ddns-key."', 'match = "zonesub"')

const configIn = (folder: string, data: string): Config => {
  const rest = `file = "dyn.example.zone"\n${GRANT}`
  writeFileSync(join(folder, 'x.toml'), configText({ data: `data = "data"\n${data}`, rest }))
  writeFileSync(join(folder, 'dyn.example.zone'), ZONE)
  const keys = join(folder, 'keys')
  mkdirSync(keys, { recursive: true })
  const key = `key "ddns-key" { algorithm hmac-sha256; secret "${SECRET.toString('base64')}"; };\n`
  writeFileSync(join(keys, 'ddns-key.key'), key, { mode: 0o600 })
  return loadConfig(join(folder, 'x.toml'))
}

const started = async (
  t: Test,
  folder: string,
): Promise<{ server: RunningServer; port: number; lines: readonly LogLine[] }> => {
  const { log, lines } = recordingLog()
  const server = await startServer(configIn(folder, 'udp = "batch"\nworkers = 3'), log)
  return { server, port: server.endpoints[0]?.port ?? 0, lines }
}

// One server for both: each of its threads takes most of a second to start.
test('several threads answer what was changed a moment ago, and what a reload brings', async (t) => {
  const folder = t.testdir()
  const { server, port, lines } = await started(t, folder)
  const owner = 'host.dyn.example.'
  for (let n = 0; n < 20; n++) {
    const changes = [deleteName(owner), add(owner, Type.A, 60, ipv4(`192.0.2.${n}`))]
    const timeSeconds = Math.floor(Date.now() / 1000)
    const options = { keyName: 'ddns-key', secret: SECRET, timeSeconds }
    t.equal(rcodeOf(await askUdp(port, signed(update('dyn.example.', [], changes), options))), 0)
    const packets = Array.from({ length: 8 }, () => askUdp(port, query(owner, Type.A)))
    for (const answer of await Promise.all(packets)) {
      t.ok(answer.subarray(-4).equals(ipv4(`192.0.2.${n}`)))
    }
  }
  const ask = async (): Promise<Set<number>> => {
    const packets = Array.from({ length: 50 }, () => askUdp(port, query('x.other.', Type.A)))
    return new Set((await Promise.all(packets)).map(rcodeOf))
  }
  t.strictSame([...(await ask())], [5])
  const more = `[[zone]]\nname = "other."\nfile = "dyn.example.zone"\n`
  const data = 'data = "data"\nudp = "batch"\nworkers = 3'
  const rest = `file = "dyn.example.zone"\n${GRANT}${more}`
  writeFileSync(join(folder, 'x.toml'), configText({ data, rest }))
  await server.reload()
  t.strictSame([...(await ask())], [3])
  configIn(folder, 'udp = "batch"\nworkers = 2')
  await t.rejects(server.reload(), { message: /another number of workers needs a restart/ })
  await server.stop()
  const counted = lines.filter(({ message }) => message === 'counters since the start')
  t.match(counted.at(-1)?.fields, { counters: { 'answers udp NOERROR': 180 } })
})

t.test('without batches one thread answers, and the log says so', async (t) => {
  const config = configIn(t.testdir(), 'udp = "auto"\nworkers = 2')
  const { log, lines } = recordingLog()
  const why = 'koffi is not there'
  const way = () => Promise.resolve({ kind: 'dgram', why, listen: listenUdp } as const)
  t.equal((await chosenUdp(config, log, way)).workers, 1)
  t.match(lines.at(-1), { level: 'warn', fields: { workers: 2 }, message: /^one thread answers/ })
})

test('a thread that ends by a bug leaves the others alone, though it watches a socket', async (t) => {
  const folder = t.testdir()
  const store = LmdbStore.open(folder, new FakeClock())
  const fd = calls.open({ address: '127.0.0.1', port: 0 })
  const shared = new SharedArrayBuffer(4)
  const start = { folder, changes: new ZoneChanges().memory, version: shared, waiting: shared }
  const error = await new Promise((resolve) => {
    const thread = startThread(
      start,
      () => {
        thread.post({ kind: 'open', fd })
        // Nobody would say that.
        thread.post({ kind: 'generation' } as ToReader)
      },
      resolve,
    )
  })
  t.match(error, { name: 'TypeError' })
  calls.close(fd)
  await store.close()
})
