/** `livezone reload`, SIGHUP and `livezone rejected`, as they are typed. */
import { once } from 'node:events'
import t from 'tap'
import { message, query, signed, update, UPDATE } from '../support/messages.ts'
import { Operator } from '../support/operator.ts'
import { askUdp } from '../support/sockets.ts'
import { rcodeOf } from '../support/tsig.ts'
import { add, inUse, txt, Type } from '../support/updates.ts'

const secretIn = (text: string): Buffer =>
  Buffer.from(/secret "([^"]+)"/.exec(text)?.[1] ?? '', 'base64')

const SECOND = '[[zone]]\nname = "b.example."\nfile = "dyn.example.zone"\n'

t.test('reload says what has changed, SIGHUP does the same, and the log has it', async (t) => {
  const operator = new Operator(t.testdir())
  const server = operator.serve()
  t.teardown(() => server.end('SIGKILL'))
  const port = await server.ready()
  const config = operator.read('livezone.toml')
  const nothing = { code: 0, stdout: 'reloaded: nothing has changed\n', stderr: '' }
  t.strictSame(await operator.run('reload'), nothing)
  operator.write('livezone.toml', config + SECOND)
  await operator.run('key', 'generate', 'k')
  t.strictSame(await operator.run('reload'), {
    code: 0,
    stdout: 'reloaded\nkeys added: k.\nzones added: b.example.\n',
    stderr: '',
  })
  t.equal(rcodeOf(await askUdp(port, query('b.example.', Type.SOA))), 0)
  operator.write('livezone.toml', config)
  server.process.kill('SIGHUP')
  while (!server.stderr.includes('"zonesRemoved":["b.example."]')) {
    await once(server.process.stderr, 'data')
  }
  t.equal(rcodeOf(await askUdp(port, query('b.example.', Type.SOA))), 5)
  const { code, stderr } = await server.end('SIGTERM')
  t.equal(code, 0)
  t.equal(stderr.match(/"msg":"reloaded"/g)?.length, 3)
})

t.test(
  'a refused reload exits 2 and says why; the log, too, and SIGHUP ends nothing',
  async (t) => {
    const operator = new Operator(t.testdir())
    const server = operator.serve()
    t.teardown(() => server.end('SIGKILL'))
    const port = await server.ready()
    const config = operator.read('livezone.toml')
    operator.write('livezone.toml', config + SECOND.replace(/file.*\n/, ''))
    const why = /livezone\.toml:\d+:1: the store has no b\.example\.: give it a /
    const { code, stdout, stderr } = await operator.run('reload')
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, why)
    server.process.kill('SIGHUP')
    while ((server.stderr.match(/not reloaded: all stays as it was/g) ?? []).length < 2) {
      await once(server.process.stderr, 'data')
    }
    t.match(server.stderr, why)
    t.equal(rcodeOf(await askUdp(port, query('dyn.example.', Type.SOA))), 0)
    t.equal((await server.end('SIGTERM')).code, 0)
  },
)

t.test('without a server, reload and rejected say that there is none', async (t) => {
  const operator = new Operator(t.testdir())
  for (const command of ['reload', 'rejected']) {
    const { code, stdout, stderr } = await operator.run(command)
    t.equal(code, 1)
    t.equal(stdout, '')
    t.match(stderr, /^no livezone is running here \(\w+ at .*control\.sock\): start it with/)
  }
})

t.test('rejected shows what was refused, and why, and of whom', async (t) => {
  const operator = new Operator(t.testdir())
  const server = operator.serve()
  t.teardown(() => server.end('SIGKILL'))
  const port = await server.ready()
  t.strictSame(await operator.run('rejected'), { code: 0, stdout: '', stderr: '' })
  const secret = secretIn(operator.read('keys/ddns-key.key'))
  const timeSeconds = Math.floor(Date.now() / 1000)
  const change = add('www.dyn.example.', Type.TXT, 60, txt('a "b"'))
  const send = (keyName: string, zone: string): Promise<Buffer> =>
    askUdp(
      port,
      signed(update(zone, [inUse('no.dyn.example.')], [change]), { keyName, secret, timeSeconds }),
    )
  await send('ddns-key', 'dyn.example.')
  await send('nobody', 'dyn.example.')
  await send('ddns-key', 'other.example.')
  await askUdp(port, update('dyn.example.', [], [change]))
  await askUdp(port, message({ flags: UPDATE }))
  const { stdout } = await operator.run('rejected')
  const heads = stdout.split('\n').filter((line) => /^\d/.test(line))
  t.match(heads, [
    /^\d{4}-\d\d-\d\dT[\d:]+Z NXDOMAIN zone dyn\.example\. key ddns-key\. from 127\.0\.0\.1#\d+ udp: /,
    / NOTAUTH zone dyn\.example\. key nobody\. \(not proved\) from 127\.0\.0\.1#\d+ udp: unknown key nobody\./,
    / NOTAUTH zone other\.example\. key ddns-key\. from /,
    / REFUSED zone dyn\.example\. unsigned from /,
    / FORMERR zone \? unsigned from .* udp: the zone section is not one record$/,
  ])
  t.match(
    stdout,
    '\n    prereq yxdomain no.dyn.example.\n    update add www.dyn.example. 60 TXT "a \\"b\\""\n',
  )
  const count = async (...words: readonly string[]): Promise<number> =>
    (await operator.run('rejected', '--json', ...words)).stdout.split('\n').length - 1
  t.equal(await count(), 5)
  t.equal(await count('-n', '3'), 3)
  t.equal(await count('--zone', 'OTHER.example'), 1)
  t.equal(await count('--key', 'DDNS-key'), 2)
  const [json = ''] = (await operator.run('rejected', '--json', '-n', '1')).stdout.split('\n')
  t.match(JSON.parse(json), { principal: 'anonymous', rcode: 'FORMERR', transport: 'udp' })
  for (const [words, message] of [
    [['--zone', 'a..b'], /^"a\.\.b" is no domain name: /],
    [['--number', 'x'], /^"x" is no number of updates\n/],
  ] as const) {
    const refused = await operator.run('rejected', ...words)
    t.equal(refused.code, 2)
    t.match(refused.stderr, message)
  }
  await server.end('SIGTERM')
})
