/** Settings of the server as a whole, as its clients meet them; and what it counts. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startServer } from '../src/app.ts'
import { Listening } from '../src/app/listening.ts'
import { systemClock } from '../src/base/clock.ts'
import { loadConfig, type Config } from '../src/config/load.ts'
import { LmdbStore } from '../src/store/lmdb.ts'
import type { ListenUdp } from '../src/transport/udp-mode.ts'
import { listenUdp } from '../src/transport/udp.ts'
import { configText, grantText } from './support/config-text.ts'
import { hex, message, opt, query, question, signed, update } from './support/messages.ts'
import { ZONE } from './support/operator.ts'
import { option, Option, optionOf, optWith } from './support/options.ts'
import { noProxies } from './support/listen-options.ts'
import { recordingLog, type LogLine } from './support/log.ts'
import { serialIn, viewOf } from './support/records.ts'
import { SECRET } from './support/service.ts'
import { askUdp, connectTcp, framed, restOf, unframed } from './support/sockets.ts'
import { isTruncated, rcodeOf, recordsOf } from './support/tsig.ts'
import { add, txt, Type } from './support/updates.ts'

const GRANT = grantText('key = "ddns-key."', 'match = "zonesub"')

/** A configuration with these settings at its top, and these tables at its end. */
const configIn = (folder: string, settings: readonly string[], tables = ''): Config => {
  const rest = `file = "dyn.example.zone"\n${GRANT}\n${tables}`
  const data = ['data = "data"', ...settings].join('\n')
  writeFileSync(join(folder, 'x.toml'), configText({ data, rest }))
  writeFileSync(join(folder, 'dyn.example.zone'), `${ZONE}sub IN NS ns.elsewhere.\n`)
  return loadConfig(join(folder, 'x.toml'))
}

interface Running {
  readonly port: number
  readonly lines: LogLine[]
  readonly stop: () => Promise<void>
}

/** A server whose key has the secret that tests know. */
const started = async (t: Test, folder: string, config: Config): Promise<Running> => {
  const { log, lines } = recordingLog()
  const keys = { ...config, keys: folder }
  const key = `key "ddns-key" { algorithm hmac-sha256; secret "${SECRET.toString('base64')}"; };\n`
  writeFileSync(join(folder, 'ddns-key.key'), key, { mode: 0o600 })
  const server = await startServer(keys, log)
  let isStopped = false
  const stop = async (): Promise<void> => {
    if (!isStopped) await server.stop()
    isStopped = true
  }
  t.teardown(stop)
  return { port: server.endpoints[0]?.port ?? 0, lines, stop }
}

const sign = (packet: Buffer): Buffer => {
  const timeSeconds = Math.floor(Date.now() / 1000)
  return signed(packet, { keyName: 'ddns-key', secret: SECRET, timeSeconds })
}

const SOA = query('dyn.example.', Type.SOA)
const asking = (code: number, data?: Buffer): Buffer =>
  query('dyn.example.', Type.SOA, { additionals: [optWith([option(code, data)])] })

const askTcp = async (port: number, packet: Buffer): Promise<Buffer> => {
  const socket = await connectTcp(port)
  socket.end(framed([packet]))
  const [answer] = unframed(await restOf(socket))
  if (answer === undefined) throw new Error('no answer')
  return answer
}

t.test('RFC 6891 §6.2.3 "udp-size" is what is announced, and what is kept to', async (t) => {
  const folder = t.testdir()
  const { port } = await started(t, folder, configIn(folder, ['udp-size = 2000']))
  const strings = Array.from({ length: 7 }, () => txt('x'.repeat(250)))
  const long = add('long.dyn.example.', Type.TXT, 60, Buffer.concat(strings))
  t.equal(rcodeOf(await askUdp(port, sign(update('dyn.example.', [], [long])))), 0)
  for (const [udpSize, truncated] of [
    [4096, false],
    [1232, true],
  ] as const) {
    const additionals = [opt(udpSize)]
    const answer = await askUdp(port, query('long.dyn.example.', Type.TXT, { additionals }))
    t.equal(isTruncated(answer), truncated)
    t.match(recordsOf(answer).at(-1), { type: Type.OPT, class: 2000 })
  }
})

t.test('"identity" is what NSID and class CH tell', async (t) => {
  const folder = t.testdir()
  const identity = 'identity = { id = "ns1.fra", version = "7" }'
  const { port } = await started(t, folder, configIn(folder, [identity]))
  t.equal(optionOf(await askUdp(port, asking(Option.NSID)), Option.NSID)?.toString(), 'ns1.fra')
  for (const [name, text] of [
    ['id.server.', 'ns1.fra'],
    ['version.bind.', '7'],
  ] as const) {
    const answer = await askUdp(port, message({ questions: [question(name, Type.TXT, 3)] }))
    t.equal(recordsOf(answer)[0]?.rdata.subarray(1).toString(), text)
  }
})

t.test('RFC 7828 §3.1 TCP connections are said to be idle for ten seconds', async (t) => {
  const folder = t.testdir()
  const { port } = await started(t, folder, configIn(folder, []))
  const answer = await askTcp(port, asking(Option.TCP_KEEPALIVE))
  t.strictSame(optionOf(answer, Option.TCP_KEEPALIVE), Buffer.from([0, 100]))
})

t.test('RFC 9018 §5 servers with one "cookie-secret" take each other’s cookies', async (t) => {
  const cookieOf = async (port: number, cookie: Buffer): Promise<Buffer> =>
    optionOf(await askUdp(port, asking(Option.COOKIE, cookie)), Option.COOKIE) ?? Buffer.alloc(0)
  const root = t.testdir({ first: {}, second: {}, other: {} })
  const secret = join(root, 'secret')
  writeFileSync(secret, 'e5e973e5a6b2a43f48e7dc849e37bfcf', { mode: 0o600 })
  const ports: number[] = []
  for (const [name, settings] of [
    ['first', [`cookie-secret = "${secret}"`]],
    ['second', [`cookie-secret = "${secret}"`]],
    ['other', []],
  ] as const) {
    const folder = join(root, name)
    ports.push((await started(t, folder, configIn(folder, settings))).port)
  }
  const [first = 0, second = 0, other = 0] = ports
  const cookie = await cookieOf(first, Buffer.alloc(8, 1))
  t.equal(cookie.length, 24)
  t.strictSame(await cookieOf(second, cookie), cookie)
  t.notSame(await cookieOf(other, cookie), cookie)
})

t.test('a secret that cannot be read is an error, and no key is made', async (t) => {
  const folder = t.testdir()
  const config = configIn(folder, ['cookie-secret = "none"'])
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  await t.rejects(startServer(config, log), { message: /x\.toml:3:1: cannot read .*none: ENOENT/ })
  t.notOk(existsSync(join(folder, 'keys')))
})

t.test('"rate-limit" leaves this machine alone, unless it says otherwise', async (t) => {
  for (const [exempt, whole] of [
    ['', 10],
    ['exempt = ["192.0.2.0/24"]\n', 1],
  ] as const) {
    const folder = t.testdir()
    const rates = `[rate-limit]\nresponses-per-second = 1\nslip = 1\n${exempt}`
    const server = await started(t, folder, configIn(folder, [], rates))
    let sent = 0
    for (let n = 0; n < 10; n++) {
      if (!isTruncated(await askUdp(server.port, SOA))) sent++
    }
    if (whole === 10) t.equal(sent, 10)
    else t.ok(sent < 10, `${sent} of 10`)
    await server.stop()
  }
})

t.test('"proxy" names those who say who the client is', async (t) => {
  const folder = t.testdir()
  const header = hex('0d0a0d0a 000d0a51 5549540a 21 12 000c c0000201 c6336401 14e9 0035')
  const { port, lines } = await started(t, folder, configIn(folder, ['proxy = ["127.0.0.0/8"]']))
  const packet = sign(update('dyn.example.', [], [add('a.dyn.example.', Type.TXT, 60, txt('x'))]))
  t.equal(rcodeOf(await askUdp(port, Buffer.concat([header, packet]))), 0)
  t.match(lines.at(-1), { message: 'update committed', fields: { source: '192.0.2.1#5353' } })
  const socket = await connectTcp(port)
  socket.end(Buffer.concat([header, framed([packet])]))
  t.equal(unframed(await restOf(socket)).length, 1)
  t.match(lines.at(-1), { fields: { source: '192.0.2.1#5353', transport: 'tcp' } })
})

t.test('a rule without a key is warned of where anybody can forge an address', async (t) => {
  const from = 'from = ["127.0.0.0/8"]'
  const grants = [
    grantText(from, 'match = "zonesub"'),
    grantText(from, 'match = "zonesub"', 'transport = "tcp"'),
    grantText(from, 'match = "tcp-self"'),
    grantText('deny = true', 'match = "zonesub"'),
  ]
  const folder = t.testdir()
  const { port, lines } = await started(t, folder, configIn(folder, [], grants.join('')))
  t.match(
    lines.filter(({ level }) => level === 'warn'),
    [
      {
        fields: { zone: 'dyn.example.', rule: 2, text: 'anyone zonesub from 127.0.0.0/8' },
        message: /forge .* transport = "tcp"/,
      },
    ],
  )
  const packet = update('dyn.example.', [], [add('a.dyn.example.', Type.TXT, 60, txt('x'))])
  t.equal(rcodeOf(await askUdp(port, packet)), 0, 'nobody signed it')
})

t.test('a "strict" zone refuses what a delegation hides', async (t) => {
  for (const [settings, rcode] of [
    ['', 0],
    ['[[zone]]\nname = "other.example."\nfile = "dyn.example.zone"\nstrict = true\n', 5],
  ] as const) {
    const folder = t.testdir()
    const zone = settings === '' ? 'dyn.example.' : 'other.example.'
    const grant = settings === '' ? '' : GRANT
    const { port, stop } = await started(t, folder, configIn(folder, [], settings + grant))
    const hidden = add(`x.sub.${zone}`, Type.TXT, 60, txt('x'))
    t.equal(rcodeOf(await askUdp(port, sign(update(zone, [], [hidden])))), rcode)
    await stop()
  }
})

const countersIn = (lines: readonly LogLine[]): unknown[] =>
  lines
    .filter(({ message }) => message === 'counters since the start')
    .map(({ fields }) => fields['counters'])

t.test('the counters are in the log at the end, where there are any', async (t) => {
  const folder = t.testdir()
  const silent = await started(t, folder, configIn(folder, []))
  await silent.stop()
  t.strictSame(countersIn(silent.lines), [])
  const { port, lines, stop } = await started(t, folder, configIn(folder, []))
  await askUdp(port, SOA)
  await askTcp(port, SOA)
  await askUdp(port, query('none.dyn.example.', Type.SOA))
  t.strictSame(countersIn(lines), [])
  await stop()
  t.strictSame(countersIn(lines), [
    { 'answers tcp NOERROR': 1, 'answers udp NOERROR': 1, 'answers udp NXDOMAIN': 1 },
  ])
})

/** Does what was given to be done again and again after so long. */
const ring = (
  timers: readonly { readonly args: readonly unknown[] }[],
  milliseconds: number,
): void => {
  for (const { args } of timers) {
    // What is done by the clock takes no arguments.
    if (args[1] === milliseconds) (args[0] as () => void)()
  }
}

t.test('they are in it once a minute, where they have changed', async (t) => {
  const folder = t.testdir()
  const timers = t.capture(globalThis, 'setInterval', globalThis.setInterval)
  const { port, lines, stop } = await started(t, folder, configIn(folder, []))
  const begun = timers()
  const report = (): void => {
    ring(begun, 60_000)
  }
  report()
  t.strictSame(countersIn(lines), [])
  await askUdp(port, SOA)
  report()
  report()
  t.strictSame(countersIn(lines), [{ 'answers udp NOERROR': 1 }])
  await askUdp(port, SOA)
  report()
  await stop()
  t.strictSame(countersIn(lines), [{ 'answers udp NOERROR': 1 }, { 'answers udp NOERROR': 2 }])
})

t.test('once a day keys that have expired, or soon will, are in the log again', async (t) => {
  const folder = t.testdir()
  const timers = t.capture(globalThis, 'setInterval', globalThis.setInterval)
  const expired = '[[key]]\nname = "ddns-key"\nexpires = 2001-01-01T00:00:00Z\n'
  const { lines } = await started(t, folder, configIn(folder, [], expired))
  const warnings = (): number =>
    lines.filter(({ message }) => message.startsWith('this key has expired')).length
  t.equal(warnings(), 1)
  ring(timers(), 24 * 3_600_000)
  t.equal(warnings(), 2)
})

t.test('once a minute each journal is brought within what is written of it', async (t) => {
  const folder = t.testdir()
  const timers = t.capture(globalThis, 'setInterval', globalThis.setInterval)
  const journal = '[journal]\nkeep = "1h"\nsize = 0\n'
  const { port, lines, stop } = await started(t, folder, configIn(folder, [], journal))
  for (const owner of ['a.dyn.example.', 'b.dyn.example.']) {
    const packet = update('dyn.example.', [], [add(owner, Type.TXT, 60, txt('x'))])
    t.equal(rcodeOf(await askUdp(port, sign(packet))), 0)
  }
  ring(timers(), 60_000)
  while (lines.at(-1)?.message !== 'journal counted and trimmed') {
    await new Promise((resolve) => setImmediate(resolve))
  }
  await stop()
  const store = LmdbStore.open(join(folder, 'data'), systemClock)
  t.teardown(() => store.close())
  const view = viewOf(store, 'dyn.example.')
  t.equal(serialIn(view), 12)
  t.strictSame(Array.from(store.journal(view)), [])
})

t.test('a machine without IPv6 is asked at its other addresses, and the log says so', async (t) => {
  const folder = t.testdir()
  const configOf = (...listen: readonly string[]): Config => {
    writeFileSync(
      join(folder, 'x.toml'),
      configText({ listen: `listen = ${JSON.stringify(listen)}` }),
    )
    return loadConfig(join(folder, 'x.toml'))
  }
  for (const code of ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EACCES']) {
    const { log, lines } = recordingLog()
    const listenOn: ListenUdp = (endpoint, handler, options) =>
      endpoint.address === '::1'
        ? Promise.reject(Object.assign(new Error(code), { code }))
        : listenUdp(endpoint, handler, options)
    const listening = new Listening(() => undefined, noProxies(), listenOn, log)
    t.teardown(() => listening.close())
    await t.rejects(listening.change(configOf('[::1]:0')), /:1:11: cannot listen on \[::1\]:0/)
    const change = listening.change(configOf('[::1]:0', '127.0.0.1:0'))
    if (code === 'EACCES') {
      await t.rejects(change, /:1:11: cannot listen on/)
      continue
    }
    const ready = await change
    await ready.keep()
    t.strictSame(ready.added, ['127.0.0.1:0'])
    t.strictSame(
      lines.map(({ level, message, fields }) => [level, message, fields]),
      [['warn', 'not listened on: this machine has no IPv6', { address: '[::1]:0' }]],
    )
  }
})
