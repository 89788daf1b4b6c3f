/** Two servers put together: a zone goes from one to the other and on, updates go back, roles change. */
import { mkdirSync } from 'node:fs'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import { startServer, type RunningServer } from '../src/app.ts'
import { loadConfig } from '../src/config/load.ts'
import { recordingLog, type LogLine } from './support/log.ts'
import { message, query, question, rr, signed, update } from './support/messages.ts'
import { option, Option, optionOf, optWith } from './support/options.ts'
import { Operator } from './support/operator.ts'
import { SECRET } from './support/service.ts'
import { askUdp } from './support/sockets.ts'
import { countsOf, rcodeOf, recordsOf } from './support/tsig.ts'

const KEY = `key "ddns-key" { algorithm hmac-sha256; secret "${SECRET.toString('base64')}"; };\n`

const GRANT = `
  [[zone.grant]]
  key = "ddns-key."
  match = "zonesub"
`

const HEAD =
  'listen = ["127.0.0.1:0"]\ndata = "data"\nkeys = "keys"\n[[zone]]\nname = "dyn.example."\n'

interface Running {
  readonly server: RunningServer
  readonly operator: Operator
  readonly port: number
  readonly lines: readonly LogLine[]
  readonly stop: () => Promise<void>
}

const started = async (t: Test, folder: string, zone: string): Promise<Running> => {
  mkdirSync(folder, { recursive: true })
  const operator = new Operator(folder, `${HEAD}${zone}\n${GRANT}`)
  operator.write('keys/ddns-key.key', KEY)
  const { log, lines } = recordingLog()
  const server: RunningServer = await startServer(loadConfig(operator.path('livezone.toml')), log)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= server.stop())
  t.teardown(stop)
  return { server, operator, port: server.endpoints[0]?.port ?? 0, lines, stop }
}

const SOA = 6
const A = 1

/** Asks until the answer is as it is expected: others have to come that far. */
const until = async (
  port: number,
  question: Buffer,
  isExpected: (answer: Buffer) => boolean,
): Promise<void> => {
  for (;;) if (isExpected(await askUdp(port, question))) return
}

const isThere = (answer: Buffer): boolean => rcodeOf(answer) === 0 && countsOf(answer)[1] === 1
const isGone = (answer: Buffer): boolean => rcodeOf(answer) === 3
const isUnavailable = (answer: Buffer): boolean => rcodeOf(answer) === 2

const add = (owner: string): Buffer =>
  signed(
    update('dyn.example.', [], [rr(`${owner}.dyn.example.`, A, 1, 60, Buffer.from([10, 0, 0, 1]))]),
    { keyName: 'ddns-key', secret: SECRET, timeSeconds: Math.floor(Date.now() / 1000) },
  )

const FILE = 'file = "dyn.example.zone"\ntransfer = ["key:ddns-key."]'
const primaryAt = (port: number, more = ''): string =>
  `primary = [{ address = "127.0.0.1:${port}", key = "ddns-key." }]\n${more}`

t.test('RFC 2136 §6, RFC 1996 §3.7 there and back again, and on to the next', async (t) => {
  const folder = t.testdir()
  const next = createSocket('udp4')
  next.bind(0, '127.0.0.1')
  await once(next, 'listening')
  t.teardown(() => next.close())
  const told = once(next, 'message')
  const primary = await started(t, `${folder}/a`, FILE)
  const notify = `notify = ["127.0.0.1:${next.address().port}"]`
  const secondary = await started(t, `${folder}/b`, primaryAt(primary.port, notify))
  await until(secondary.port, query('dyn.example.', SOA), isThere)
  // The first argument of a datagram's event is its octets.
  const [notice] = (await told) as [Buffer]
  t.equal(
    (notice.readUInt16BE(2) >> 11) & 15,
    4,
    'NOTIFY, of a zone that was not there at the start',
  )

  t.equal(rcodeOf(await askUdp(secondary.port, add('x'))), 0)
  t.ok(isThere(await askUdp(primary.port, query('x.dyn.example.', A))))
  await until(secondary.port, query('x.dyn.example.', A), isThere)
  t.ok(secondary.lines.some(({ message }) => message === 'update forwarded'))
})

t.test('a pair is a warm standby: promoted, the secondary takes updates itself', async (t) => {
  const folder = t.testdir()
  const primary = await started(t, `${folder}/a`, FILE)
  const secondary = await started(t, `${folder}/b`, primaryAt(primary.port))
  await until(secondary.port, query('dyn.example.', SOA), isThere)
  await primary.stop()
  t.equal(rcodeOf(await askUdp(secondary.port, add('y'))), 2, 'nobody is there')
  const promoted = await secondary.operator.run('promote', 'dyn.example.')
  t.match(promoted, { code: 0, stdout: /dyn\.example\. is a primary zone now, serial 10: / })
  t.equal(rcodeOf(await askUdp(secondary.port, add('y'))), 0)
  t.ok(isThere(await askUdp(secondary.port, query('y.dyn.example.', A))))
  t.match(await secondary.operator.run('promote', 'dyn.example.'), {
    code: 2,
    stderr: /promoted already/,
  })
  await secondary.stop()

  // It outlives a restart, whatever the configuration says.
  const again = await started(t, `${folder}/b`, primaryAt(primary.port))
  t.equal(rcodeOf(await askUdp(again.port, add('z'))), 0)
  t.match(again.lines[0]?.message, /was promoted/)

  t.match(await again.operator.run('demote', 'dyn.example.'), {
    code: 0,
    stdout: /is a secondary zone again/,
  })
  t.equal(rcodeOf(await askUdp(again.port, add('w'))), 2)
})

t.test('a zone that has no primary any more is ours for good', async (t) => {
  const folder = t.testdir()
  const primary = await started(t, `${folder}/a`, FILE)
  const secondary = await started(t, `${folder}/b`, primaryAt(primary.port))
  await until(secondary.port, query('dyn.example.', SOA), isThere)
  await secondary.stop()
  const own = await started(t, `${folder}/b`, '')
  t.equal(rcodeOf(await askUdp(own.port, add('x'))), 0)
  await own.stop()
  // A secondary once more, it is another's: all of it is taken.
  const again = await started(t, `${folder}/b`, primaryAt(primary.port))
  await until(again.port, query('x.dyn.example.', A), isGone)
})

t.test('until the first transfer a zone is not answered for', async (t) => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  const { port } = await started(t, t.testdir(), primaryAt(socket.address().port))
  const answer = await askUdp(port, query('dyn.example.', SOA))
  t.ok(isUnavailable(answer))
  t.strictSame(recordsOf(answer), [])
})

t.test('a reload says anew what comes from where', async (t) => {
  const folder = t.testdir()
  const primary = await started(t, `${folder}/a`, FILE)
  const { server, operator, port } = await started(t, `${folder}/b`, 'file = "dyn.example.zone"')
  t.equal(rcodeOf(await askUdp(port, add('x'))), 0)
  operator.write('livezone.toml', `${HEAD}${primaryAt(primary.port)}\n${GRANT}`)
  await server.reload()
  await until(port, query('x.dyn.example.', A), isGone)
  t.equal(rcodeOf(await askUdp(port, add('y'))), 0, 'forwarded')
  t.ok(isThere(await askUdp(primary.port, query('y.dyn.example.', A))))
  operator.write('livezone.toml', `${HEAD}\n${GRANT}`)
  await server.reload()
  t.equal(rcodeOf(await askUdp(port, add('z'))), 0)
  t.ok(isGone(await askUdp(primary.port, query('z.dyn.example.', A))), 'its own again')
})

t.test('what clients may use up is counted once the zone is promoted', async (t) => {
  const folder = t.testdir()
  const primary = await started(t, `${folder}/a`, FILE)
  // The apex, ns1 and one more.
  const secondary = await started(t, `${folder}/b`, primaryAt(primary.port, 'max-names = 3'))
  await until(secondary.port, query('dyn.example.', SOA), isThere)
  await secondary.operator.run('promote', 'dyn.example.')
  t.equal(rcodeOf(await askUdp(secondary.port, add('x'))), 0)
  t.equal(rcodeOf(await askUdp(secondary.port, add('y'))), 5)
})

/** For how long the zone is good, as whoever fetches it is told. */
const expireOf = (answer: Buffer): number =>
  optionOf(answer, Option.EXPIRE)?.readUInt32BE(0) ?? Infinity

t.test(
  'RFC 1996 §3.7, RFC 7314 §3 news are fetched at once, and time that is left is told',
  async (t) => {
    const folder = t.testdir()
    const primary = await started(t, `${folder}/a`, FILE)
    const secondary = await started(t, `${folder}/b`, primaryAt(primary.port))
    await until(secondary.port, query('dyn.example.', SOA), isThere)
    t.equal(rcodeOf(await askUdp(primary.port, add('x'))), 0)
    const notice = message({ flags: 0x2400, questions: [question('dyn.example.', SOA)] })
    t.equal(rcodeOf(await askUdp(secondary.port, notice)), 0)
    await until(secondary.port, query('x.dyn.example.', A), isThere)

    const asking = query('dyn.example.', SOA, { additionals: [optWith([option(Option.EXPIRE)])] })
    await until(secondary.port, asking, (answer) => expireOf(answer) < 604_800)
    t.ok(expireOf(await askUdp(secondary.port, asking)) > 604_000)
    await secondary.operator.run('promote', 'dyn.example.')
    t.equal(expireOf(await askUdp(secondary.port, asking)), 604_800, 'the EXPIRE of the SOA')
  },
)
