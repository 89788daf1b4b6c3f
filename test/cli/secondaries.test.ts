/** `livezone secondaries` and `livezone wait`, as they are typed. */
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { SecondariesReport, WaitReport } from '../../src/control/secondaries-routes.ts'
import type { SecondaryReport } from '../../src/transfer/secondary-report.ts'
import { configText } from '../support/config-text.ts'
import { Operator } from '../support/operator.ts'

const secondary = (more: Partial<SecondaryReport>): SecondaryReport => ({
  address: '192.0.2.1',
  port: 53,
  key: null,
  state: 'current',
  has: null,
  behind: null,
  notified: null,
  acknowledged: null,
  transferred: null,
  seen: null,
  failure: null,
  ...more,
})

/** A control socket that gives the answer whatever it is asked, and what it was asked. */
const operatorWith = async (
  t: Test,
  answer: SecondariesReport | WaitReport,
): Promise<{ operator: Operator; asked: string[] }> => {
  // A test's own folder lies too deep for the path of a socket.
  const folder = mkdtempSync(join(tmpdir(), 'livezone-'))
  const socket = join(folder, 'control.sock')
  const data = `data = "data"\ncontrol = "${socket}"`
  const operator = new Operator(t.testdir(), configText({ data, rest: 'file = "x"' }))
  const asked: string[] = []
  const server: Server = createServer((request, reply) => {
    let body = ''
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece))
    request.on('end', () => {
      asked.push(`${request.method} ${request.url} ${body}`.trim())
      reply.end(JSON.stringify(answer))
    })
  })
  server.listen(socket)
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  })
  return { operator, asked }
}

/** As a server tells it at that moment. */
const reportAt = (now = Date.now()): SecondariesReport => ({
  zone: 'dyn.example.',
  serial: 17,
  secondaries: [
    secondary({
      has: { serial: 17, at: now },
      behind: 0,
      notified: { serial: 17, at: now - 3000 },
      acknowledged: { serial: 17, at: now - 3000 },
      transferred: { kind: 'IXFR', serial: 17, at: now - 150_000 },
    }),
    secondary({
      address: '2001:db8::1',
      port: 5300,
      key: 'xfr-key.',
      state: 'not answering',
      failure: 'it does not answer',
      notified: { serial: 16, at: now - 8_000_000 },
    }),
    secondary({
      port: null,
      state: 'behind',
      has: { serial: 15, at: now },
      behind: 2,
      transferred: { kind: 'AXFR', serial: 15, at: now - 200_000_000 },
    }),
  ],
})

t.test('secondaries are a table, a line each', async (t) => {
  const now = Date.now()
  // Until it is read, no time passes.
  t.intercept(Date, 'now', { value: () => now })
  const { operator, asked } = await operatorWith(t, reportAt(now))
  const { code, stdout, stderr } = await operator.run('secondaries', 'dyn.example')
  t.strictSame([code, stderr], [0, ''])
  t.strictSame(asked, ['GET /zones/dyn.example./secondaries'])
  const columns = stdout.split('\n').map((line) => line.split(/ {2,}/))
  t.strictSame(columns, [
    ['dyn.example. serial 17'],
    ['SECONDARY', 'KEY', 'HAS', 'BEHIND', 'TOLD', 'ANSWERED', 'TRANSFER', 'STATE'],
    [
      ...['192.0.2.1#53', '-', '17', '0', '17 (3 s ago)', '17 (3 s ago)'],
      ...['IXFR 17 (2 min ago)', 'current'],
    ],
    [
      ...['2001:db8::1#5300', 'xfr-key.', '-', '-', '16 (2 h ago)', '-', '-'],
      'not answering: it does not answer',
    ],
    ['192.0.2.1', '-', '15', '2', '-', '-', 'AXFR 15 (2 d ago)', 'behind'],
    [''],
  ])
  const starts = stdout
    .split('\n')
    .slice(1, -1)
    .map((line) => line.search(/STATE$|current$|behind$|not answering/))
  t.equal(new Set(starts).size, 1, 'one below the other')
})

t.test('secondaries as JSON are what the server says', async (t) => {
  const report = reportAt()
  const { operator } = await operatorWith(t, report)
  const { stdout } = await operator.run('secondaries', 'dyn.example.', '--json')
  t.strictSame(JSON.parse(stdout), report)
})

t.test('where there are none, it says what to do', async (t) => {
  const { operator } = await operatorWith(t, { ...reportAt(), secondaries: [] })
  const { code, stdout } = await operator.run('secondaries', 'dyn.example.')
  t.equal(code, 0)
  t.equal(
    stdout,
    'dyn.example. serial 17\nno secondaries: list them in "notify", or let them transfer\n',
  )
})

const waited = { zone: 'dyn.example.', serial: 17, told: 2, missing: [] }

t.test('a wait that succeeds is exit 0', async (t) => {
  const { operator, asked } = await operatorWith(t, waited)
  const { code, stdout, stderr } = await operator.run('wait', 'dyn.example.')
  t.strictSame([code, stdout, stderr], [0, '', 'dyn.example. serial 17: all 2 have it\n'])
  await operator.run('wait', 'dyn.example.', '--serial', '16', '--timeout', '2.5')
  t.strictSame(asked, [
    'POST /zones/dyn.example./wait {"timeoutSeconds":60}',
    'POST /zones/dyn.example./wait {"timeoutSeconds":2.5,"serial":16}',
  ])
})

t.test('a wait for nobody is exit 0, and says so', async (t) => {
  const { operator } = await operatorWith(t, { ...waited, told: 0 })
  const { code, stderr } = await operator.run('wait', 'dyn.example.')
  t.strictSame([code, stderr], [0, 'dyn.example. serial 17: nobody is told of it\n'])
})

t.test('a wait in vain is exit 1, and says who is missing', async (t) => {
  const { operator } = await operatorWith(t, { ...waited, missing: reportAt().secondaries })
  const { code, stderr } = await operator.run('wait', 'dyn.example.', '--timeout', '3')
  t.equal(code, 1)
  t.equal(
    stderr,
    `dyn.example. serial 17 is not everywhere after 3 s; missing:
  192.0.2.1#53: current, has serial 17
  2001:db8::1#5300: it does not answer
  192.0.2.1: behind, has serial 15
`,
  )
})

t.test('what is no serial or no time is exit 2', async (t) => {
  const { operator, asked } = await operatorWith(t, waited)
  for (const words of [
    ['--serial', '-1'],
    ['--serial', '4294967296'],
    ['--serial', 'x'],
    ['--timeout', '86401'],
    ['--timeout', 'soon'],
  ]) {
    const { code, stderr } = await operator.run('wait', 'dyn.example.', ...words)
    t.equal(code, 2, words.join(' '))
    t.match(stderr, /write (a whole number|seconds)/)
  }
  t.strictSame(asked, [])
})

t.test('without a server it says so', async (t) => {
  const operator = new Operator(t.testdir(), configText({ rest: 'file = "x"' }))
  const { code, stderr } = await operator.run('wait', 'dyn.example.')
  t.equal(code, 1)
  t.match(stderr, /no livezone is running here/)
})
