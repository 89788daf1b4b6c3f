/** The server put together: keys, zones and addresses of a configuration, and what they may lack. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, Server, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startServer, type RunningServer } from '../src/app.ts'
import { chosenUdp, listen } from '../src/app/listening.ts'
import { loadConfig, type Config } from '../src/config/load.ts'
import { configText, grantText, type ConfigParts } from './support/config-text.ts'
import { query } from './support/messages.ts'
import { ZONE } from './support/operator.ts'
import { NoBatches } from '../src/transport/system-calls.ts'
import { listenUdp } from '../src/transport/udp.ts'
import { recordingLog, type LogLine } from './support/log.ts'
import { askUdp, connectTcp, framed, restOf, unframed } from './support/sockets.ts'
import { noProxies } from './support/listen-options.ts'
import { freePort } from './support/peer.ts'

const SOA = 6
const FILE = 'file = "dyn.example.zone"\n'

const configIn = (folder: string, parts: ConfigParts = { rest: FILE }): Config => {
  writeFileSync(join(folder, 'x.toml'), configText(parts))
  writeFileSync(join(folder, 'dyn.example.zone'), ZONE)
  return loadConfig(join(folder, 'x.toml'))
}

const started = async (
  t: Test,
  config: Config,
  log = recordingLog().log,
): Promise<RunningServer> => {
  const server = await startServer(config, log)
  t.teardown(() => server.stop())
  return server
}

/** Why the server does not start, without the folder. */
const refusal = async (folder: string, config: Config): Promise<string> => {
  try {
    const server = await startServer(config, recordingLog().log)
    await server.stop()
  } catch (error) {
    return String(error).replaceAll(`${folder}/`, '')
  }
  return 'it started'
}

t.test('UDP and TCP of every address answer on the same port', async (t) => {
  const listen = 'listen = ["127.0.0.1:0", "127.0.0.1:0"]'
  const { endpoints } = await started(t, configIn(t.testdir(), { listen, rest: FILE }))
  t.equal(endpoints.length, 2)
  t.not(endpoints[0]?.port, endpoints[1]?.port)
  for (const { address, port } of endpoints) {
    t.equal(address, '127.0.0.1')
    const question = query('dyn.example.', SOA)
    const overUdp = await askUdp(port, question)
    t.equal(overUdp.readUInt16BE(6), 1)
    const socket = await connectTcp(port)
    socket.end(framed([question]))
    t.strictSame(unframed(await restOf(socket)), [overUdp])
  }
})

t.test('when it has stopped, its ports and its store are free again', async (t) => {
  const folder = t.testdir()
  const port = await freePort()
  const config = configIn(folder, { listen: `listen = ["127.0.0.1:${port}"]`, rest: FILE })
  await (await startServer(config, recordingLog().log)).stop()
  const second = await started(t, config)
  t.equal(second.endpoints[0]?.port, port)
})

const ofZones = (lines: readonly LogLine[]): LogLine[] =>
  lines.filter(({ message }) => message.startsWith('zone'))

t.test('a zone is seeded from its file once, and then the store is the truth', async (t) => {
  const folder = t.testdir()
  const config = configIn(folder)
  const first = recordingLog()
  await (await startServer(config, first.log)).stop()
  t.strictSame(ofZones(first.lines), [
    {
      level: 'info',
      fields: { zone: 'dyn.example.', file: join(folder, 'dyn.example.zone'), records: 3 },
      message: 'zone seeded from its file',
    },
  ])
  writeFileSync(join(folder, 'dyn.example.zone'), 'nonsense')
  const second = recordingLog()
  await started(t, config, second.log)
  t.strictSame(ofZones(second.lines), [])
})

t.test('a zone that the store has needs no file', async (t) => {
  const folder = t.testdir()
  await (await startServer(configIn(folder), recordingLog().log)).stop()
  const { endpoints } = await started(t, configIn(folder, {}))
  const answer = await askUdp(endpoints[0]?.port ?? 0, query('dyn.example.', SOA))
  t.equal(answer.readUInt16BE(6), 1)
})

t.test('a zone that neither the store has nor a file seeds is an error at its name', async (t) => {
  const folder = t.testdir()
  t.equal(
    await refusal(folder, configIn(folder, {})),
    'InputError: x.toml:5:1: the store has no dyn.example.: give it a "file", or livezone import dyn.example. FILE',
  )
})

t.test('a zone file that cannot be read is an error where it is named', async (t) => {
  const folder = t.testdir()
  t.match(
    await refusal(folder, configIn(folder, { rest: 'file = "none.zone"' })),
    /^InputError: x\.toml:6:1: cannot read none\.zone: ENOENT: /,
  )
})

t.test('a zone file that is wrong is an error where it is', async (t) => {
  const folder = t.testdir()
  const config = configIn(folder)
  writeFileSync(join(folder, 'dyn.example.zone'), `${ZONE}www IN A 192.0.2.300\n`)
  t.match(await refusal(folder, config), /Error: dyn\.example\.zone:5:10: /)
})

t.test(
  'the first start makes the keys that grants name, if all else is as it must be',
  async (t) => {
    const folder = t.testdir()
    const rest = FILE + grantText('key = "k."', 'match = "zonesub"')
    const tls = '[http]\ntls-listen = ["127.0.0.1:0"]\ncertificate = "none.pem"\nkey = "none.pem"\n'
    for (const bad of [rest.replace('dyn.example.zone', 'none.zone'), rest + tls]) {
      await refusal(folder, configIn(folder, { rest: bad }))
      t.notOk(existsSync(join(folder, 'keys')), 'a start that fails makes none')
    }
    const config = configIn(folder, { rest })
    const { newKeys } = await started(t, config)
    t.strictSame(
      newKeys.map(({ path }) => path),
      [join(folder, 'keys', 'k.key')],
    )
  },
)

t.test('a key that is named and in no file is an error, and no store is made', async (t) => {
  const folder = t.testdir({ keys: {} })
  writeFileSync(join(folder, 'keys', 'empty.key'), '# none yet\n', { mode: 0o600 })
  const rest = FILE + grantText('key = "k."', 'match = "zonesub"')
  t.match(
    await refusal(folder, configIn(folder, { rest })),
    /x\.toml:8:1: no file in .*has the key k\./,
  )
  t.notOk(existsSync(join(folder, 'data')))
})

t.test('RFC 8945 §6 a key that uses HMAC-MD5 is taken with a warning', async (t) => {
  const folder = t.testdir()
  const { log, lines } = recordingLog()
  const key = (name: string, algorithm: string): string =>
    `key "${name}" { algorithm ${algorithm}; secret "c2VjcmV0IQ=="; };\n`
  mkdirSync(join(folder, 'keys'))
  const text = key('old', 'hmac-md5') + key('new', 'hmac-sha256')
  writeFileSync(join(folder, 'keys', 'a.key'), text, { mode: 0o600 })
  await started(t, configIn(folder), log)
  t.match(
    lines.filter(({ level }) => level === 'warn'),
    [{ fields: { key: 'old.' }, message: /HMAC-MD5/ }],
  )
  t.equal(lines.filter(({ level }) => level === 'warn').length, 1)
})

t.test(
  'an address that another program has is an error, and those before it are let go',
  async (t) => {
    const folder = t.testdir()
    const tcp = createServer().listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    t.teardown(() => tcp.close())
    // A listening server has an address with a port.
    const { port } = tcp.address() as { port: number }
    const listen = `listen = ["127.0.0.1:0", "127.0.0.1:${port}"]`
    t.equal(
      await refusal(folder, configIn(folder, { listen, rest: FILE })),
      `InputError: x.toml:1:26: cannot listen on 127.0.0.1:${port}: another program has that port; stop it, or take another port`,
    )
    await started(t, configIn(folder))
  },
)

t.test('with UDP taken, TCP is let go as well', async (t) => {
  const folder = t.testdir()
  const port = await freePort()
  const udp = createSocket('udp4').bind(port, '127.0.0.1')
  await once(udp, 'listening')
  const config = configIn(folder, { listen: `listen = ["127.0.0.1:${port}"]`, rest: FILE })
  t.match(await refusal(folder, config), /x\.toml:1:11: .*another program has that port/)
  udp.close()
  await once(udp, 'close')
  t.equal((await started(t, config)).endpoints[0]?.port, port)
})

for (const [title, endpoint, advice] of [
  ['an address that this machine does not have', '192.0.2.1:0', 'take it out of "listen"'],
  ['what else the system says', '127.0.0.1:99999', 'options.port should be >= 0 and < 65536'],
] as const) {
  t.test(`${title} is an error at its place`, async (t) => {
    const folder = t.testdir()
    const config = configIn(folder)
    const [address = '', port = ''] = endpoint.split(':')
    const listen = [{ address, port: Number(port) }]
    const why = await refusal(folder, { ...config, listen })
    t.ok(why.startsWith(`InputError: x.toml:1:11: cannot listen on ${endpoint}: `), why)
    t.match(why, advice)
  })
}

/** As when the port that TCP was given is taken for UDP so many times. */
const udpTaken = (times: number): { readonly udp: typeof listenUdp; readonly ports: number[] } => {
  const ports: number[] = []
  const udp: typeof listenUdp = async (endpoint, handler, options) => {
    if (ports.push(endpoint.port) > times) return listenUdp(endpoint, handler, options)
    throw new Error(`taken ${ports.length} times`)
  }
  return { udp, ports }
}

t.test('a port that TCP was given and UDP cannot have is given back for another one', async (t) => {
  const { udp, ports } = udpTaken(2)
  const listeners = await listen(
    { address: '127.0.0.1', port: 0 },
    () => undefined,
    noProxies(),
    udp,
  )
  t.teardown(() => Promise.all(listeners.map((one) => one.close())))
  t.strictSame(
    listeners.map(({ endpoint }) => endpoint.port),
    [ports.at(-1), ports.at(-1)],
  )
  t.equal(ports.length, 3)
})

t.test('after ten such ports it is given up', async (t) => {
  const { udp, ports } = udpTaken(1000)
  // Called below with the server as its receiver.
  // oxlint-disable-next-line typescript/unbound-method
  const listens = t.capture(Server.prototype, 'listen', Server.prototype.listen)
  const endpoint = { address: '127.0.0.1', port: 0 }
  await t.rejects(
    listen(endpoint, () => undefined, noProxies(), udp),
    { message: 'taken 10 times' },
  )
  t.equal(ports.length, 10)
  // What is called as a method of a server has one as its receiver.
  const servers = listens().map(({ receiver }) => receiver as Server)
  t.strictSame(
    servers.map(({ listening }) => listening),
    ports.map(() => false),
  )
})

t.test('a start that fails leaves no key behind: the next one is still the first', async (t) => {
  const folder = t.testdir()
  const blocker = createServer().listen(0, '127.0.0.1')
  await once(blocker, 'listening')
  t.teardown(() => blocker.close())
  const { port } = blocker.address() as AddressInfo
  const lines = ['key = "ddns-key."', 'match = "zonesub"']
  const rest = `${FILE}${grantText(...lines)}`
  const config = configIn(folder, { rest })
  const why = await refusal(folder, { ...config, listen: [{ address: '127.0.0.1', port }] })
  t.match(why, /cannot listen on 127\.0\.0\.1/)
  t.notOk(existsSync(join(folder, 'keys', 'ddns-key.key')))
  const server = await started(t, config)
  t.equal(server.newKeys.length, 1)
})

t.test('what keeps the control socket from opening is said at its setting', async (t) => {
  const folder = t.testdir({ taken: 'precious' })
  const config = configIn(folder, { data: 'data = "data"\ncontrol = "taken"', rest: FILE })
  const why = await refusal(folder, config)
  t.match(why, /x\.toml:3:1: no control socket: .*taken is there already, and is no socket/)
})

t.test('a file in the place of the store is said at its setting', async (t) => {
  const folder = t.testdir({ taken: 'precious' })
  const why = await refusal(folder, configIn(folder, { data: 'data = "taken"', rest: FILE }))
  t.match(why, /x\.toml:2:1: cannot make \S*taken: EEXIST/)
})

t.test('the log says how UDP is taken, and why not in batches', async (t) => {
  const { log, lines } = recordingLog()
  const config = configIn(t.testdir(), { data: 'data = "data"\nudp = "auto"', rest: FILE })
  const why = 'koffi is not there'
  await chosenUdp(config, log, () => Promise.resolve({ kind: 'dgram', why, listen: listenUdp }))
  const message = 'how UDP is taken and sent'
  const fields = { way: 'dgram', reason: why }
  t.strictSame(lines, [{ level: 'info', fields, message }])
})

t.test('batches that must be and cannot are an error at the setting', async (t) => {
  const config = configIn(t.testdir(), { data: 'data = "data"\nudp = "batch"', rest: FILE })
  const missing = (): Promise<never> => Promise.reject(new NoBatches('koffi is not there'))
  await t.rejects(chosenUdp(config, recordingLog().log, missing), {
    message: /x\.toml:\d+:1: batches do not work here: koffi is not there; or write "auto"$/,
  })
})

t.test('UDP is answered packet by packet unless the operator wants it in batches', async (t) => {
  const config = configIn(t.testdir())
  const { log, lines } = recordingLog()
  const { endpoints } = await started(t, config, log)
  for (const { port } of endpoints) {
    const answer = await askUdp(port, query('dyn.example.', SOA))
    t.equal(answer.readUInt16BE(6), 1)
  }
  t.notOk(lines.some(({ message }) => message === 'how UDP is taken and sent'))
})
