/** `livezone serve`: from its first start to the signal that ends it. */
import { once } from 'node:events'
import { statSync } from 'node:fs'
import t from 'tap'
import { query, rr, signed, update } from '../support/messages.ts'
import { Operator, secretIn, ZONE } from '../support/operator.ts'
import { askUdp, connectTcp, framed, restOf, unframed } from '../support/sockets.ts'

const A = 1
const SOA = 6

const rcodeOf = (message: Buffer): number => message.readUInt16BE(2) & 0xf

/** Signed with `ddns-key.` as the operator's key file has it. */
const addition = (operator: Operator, owner: string, id: number): Buffer => {
  const secret = Buffer.from(secretIn(operator.read('keys/ddns-key.key')), 'base64')
  const record = rr(owner, A, 1, 60, Buffer.from([192, 0, 2, 1]))
  const timeSeconds = Math.floor(Date.now() / 1000)
  return signed(update('dyn.example.', [], [record], { id }), {
    keyName: 'ddns-key.',
    secret,
    timeSeconds,
  })
}

/** The log as it is written: an object a line. */
const logLines = (stderr: string): Record<string, unknown>[] =>
  stderr
    .trimEnd()
    .split('\n')
    // Each line is an object, or reading its fields below finds nothing.
    .map((line) => JSON.parse(line) as Record<string, unknown>)

const messagesOf = (stderr: string): unknown[] => logLines(stderr).map(({ msg }) => msg)

t.test(
  'the first start makes a key, seeds the zone, and answers once it says that it is ready',
  async (t) => {
    const operator = new Operator(t.testdir())
    const server = operator.serve()
    t.teardown(() => server.end('SIGKILL'))
    const port = await server.ready()
    const answer = await askUdp(port, query('dyn.example.', SOA))
    t.equal(rcodeOf(answer), 0)
    t.equal(answer.readUInt16BE(6), 1, 'one answer')
    const tcp = await connectTcp(port)
    tcp.end(framed([query('ns1.dyn.example.', A)]))
    t.equal(unframed(await restOf(tcp)).length, 1)
    t.equal(statSync(operator.path('keys/ddns-key.key')).mode & 0o777, 0o600)
    const { code, stdout, stderr } = await server.end('SIGTERM')
    t.equal(code, 0)
    const [ready, made, ...steps] = stdout.split('\n')
    t.equal(ready, `livezone is ready: dyn.example. on 127.0.0.1:${port}`)
    t.equal(made, 'A key was made: keys/ddns-key.key. Try, in another terminal:')
    t.equal(steps.length, 3, 'nsupdate, dig, and the end of the line')
    t.match(logLines(stderr), [
      { level: 'info', zone: 'dyn.example.', records: 3, msg: 'zone seeded from its file' },
      { level: 'info', signal: 'SIGTERM', msg: 'stopping' },
      { counters: Object, msg: 'counters since the start' },
      { level: 'info', msg: 'stopped' },
    ])
    t.notMatch(stdout + stderr, secretIn(operator.read('keys/ddns-key.key')))
  },
)

t.test('a later start keeps key and zone, and does not look at the zone file', async (t) => {
  const operator = new Operator(t.testdir())
  const first = operator.serve()
  t.teardown(() => first.end('SIGKILL'))
  await first.ready()
  await first.end('SIGTERM')
  const key = operator.read('keys/ddns-key.key')
  const zone = (await operator.run('export', 'dyn.example.')).stdout
  t.match(zone, /^ns1\.dyn\.example\. 3600 IN A 127\.0\.0\.1$/m)
  operator.write('dyn.example.zone', `${ZONE.replace(' 10 ', ' 99 ')}new IN A 192.0.2.1\nnonsense`)
  const second = operator.serve()
  t.teardown(() => second.end('SIGKILL'))
  const port = await second.ready()
  const { code, stdout, stderr } = await second.end('SIGTERM')
  t.equal(code, 0)
  t.equal(stdout, `livezone is ready: dyn.example. on 127.0.0.1:${port}\n`)
  t.strictSame(messagesOf(stderr), ['stopping', 'stopped'])
  t.equal(operator.read('keys/ddns-key.key'), key)
  t.equal((await operator.run('export', 'dyn.example.')).stdout, zone)
})

t.test('SIGINT ends it just as well', async (t) => {
  const server = new Operator(t.testdir()).serve()
  t.teardown(() => server.end('SIGKILL'))
  await server.ready()
  const { code, stderr } = await server.end('SIGINT')
  t.equal(code, 0)
  t.match(logLines(stderr).slice(-2), [{ signal: 'SIGINT', msg: 'stopping' }, { msg: 'stopped' }])
})

t.test(
  'while it runs: export shows what was updated, import and a second serve are refused',
  async (t) => {
    const operator = new Operator(t.testdir())
    const server = operator.serve()
    t.teardown(() => server.end('SIGKILL'))
    const port = await server.ready()
    t.equal(rcodeOf(await askUdp(port, addition(operator, 'www.dyn.example.', 1))), 0)
    const { code, stdout } = await operator.run('export', 'dyn.example.')
    t.equal(code, 0)
    t.match(stdout, /^dyn\.example\. 3600 IN SOA .* 11 7200 900 604800 60$/m)
    t.match(stdout, /^www\.dyn\.example\. 60 IN A 192\.0\.2\.1$/m)

    const inUse = new RegExp(
      `^.*data is in use by another livezone \\(process ${server.process.pid}\\): stop that one first\n$`,
    )
    const file = operator.path('dyn.example.zone')
    const imported = await operator.run('import', 'dyn.example.', file, '--replace')
    t.equal(imported.code, 1)
    t.match(imported.stderr, inUse)
    const second = await operator.run('serve')
    t.equal(second.code, 1)
    t.equal(second.stdout, '')
    t.match(second.stderr, inUse)

    t.equal(rcodeOf(await askUdp(port, query('www.dyn.example.', A))), 0, 'the first goes on')
    t.equal((await server.end('SIGTERM')).code, 0)
  },
)

t.test(
  'RFC 2136 §3.4.2.1 with a signal among them, no update is committed without its answer',
  async (t) => {
    const operator = new Operator(t.testdir())
    const server = operator.serve()
    t.teardown(() => server.end('SIGKILL'))
    const port = await server.ready()
    const updates = Array.from({ length: 600 }, (_, n) =>
      addition(operator, `h${n}.dyn.example.`, n),
    )
    const sockets = await Promise.all([connectTcp(port), connectTcp(port), connectTcp(port)])
    const [ahead, ...others] = sockets
    const answers = sockets.map(restOf)
    const firstAnswer = once(ahead, 'data')
    ahead.write(framed(updates.slice(0, 200)))
    for (const [n, socket] of others.entries()) {
      socket.write(framed(updates.slice(200 * (n + 1), 200 * (n + 2))))
    }
    await firstAnswer
    const { code, stderr } = await server.end('SIGTERM')
    t.equal(code, 0)
    const answered = (await Promise.all(answers)).flatMap(unframed)
    t.ok(answered.every((answer) => rcodeOf(answer) === 0))
    const committed = messagesOf(stderr).filter((msg) => msg === 'update committed')
    t.equal(answered.length, committed.length)
    const { stdout } = await operator.run('export', 'dyn.example.')
    const names = [...stdout.matchAll(/^h(\d+)\.dyn\.example\. 60 IN A 192\.0\.2\.1$/gm)]
    t.strictSame(
      names.map(([, n]) => Number(n)).sort((a, b) => a - b),
      answered.map((answer) => answer.readUInt16BE(0)).sort((a, b) => a - b),
    )
    t.ok(names.length > 0)
  },
)
