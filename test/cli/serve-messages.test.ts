/** `livezone serve`: what it says, and what it does not start with. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { readyLine } from '../../src/cli/serve.ts'
import { grantText } from '../support/config-text.ts'
import { query } from '../support/messages.ts'
import { CONFIG, Operator, secretIn, ZONE } from '../support/operator.ts'
import { name } from '../support/service.ts'
import { askUdp } from '../support/sockets.ts'

t.test('a port that TCP or UDP of another program has is an error at its place', async (t) => {
  const tcp = createServer().listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  t.teardown(() => tcp.close())
  const udp = createSocket('udp4').bind(0, '127.0.0.1')
  await once(udp, 'listening')
  t.teardown(() => udp.close())
  // A listening server has an address with a port.
  const ports = [(tcp.address() as { port: number }).port, udp.address().port]
  for (const port of ports) {
    const operator = new Operator(t.testdir(), CONFIG.replace('127.0.0.1:0', `127.0.0.1:${port}`))
    const { code, stdout, stderr } = await operator.serve().end()
    t.equal(code, 2)
    t.equal(stdout, '', 'it never says that it is ready')
    const message = `livezone.toml:1:11: cannot listen on 127.0.0.1:${port}: another program has that port; stop it, or take another port\n`
    t.ok(stderr.includes(message), stderr)
  }
})

t.test('--log-pretty logs for people and to stderr', async (t) => {
  const operator = new Operator(t.testdir())
  const server = operator.serve('--log-pretty')
  t.teardown(() => server.end('SIGKILL'))
  await server.ready()
  const { code, stdout, stderr } = await server.end('SIGTERM')
  t.equal(code, 0)
  t.match(stdout, /^livezone is ready: /)
  t.match(stderr, /^\[\d{4}-\d\d-\d\d .*\] .*INFO.*: .*zone seeded from its file/)
  t.match(stderr, /^ +zone: "dyn\.example\."$/m)
  t.match(stderr, /stopped/)
  t.notMatch(stderr, secretIn(operator.read('keys/ddns-key.key')))
})

t.test('the ready line names all of a few zones, and every place', async (t) => {
  const zones = ['a.', 'b.'].map((text) => ({ name: name(text) }))
  const endpoints = [{ address: '::1', port: 53 }]
  t.equal(
    readyLine(zones, { endpoints, webAddresses: ['http://127.0.0.1:80'] }),
    'livezone is ready: a., b. on [::1]:53, http://127.0.0.1:80\n',
  )
})

t.test('of many zones the ready line names five, and none goes by a bad reload', async (t) => {
  const more = ['a', 'b', 'c', 'd', 'e', 'f'].map(
    (zone) => `[[zone]]\nname = "${zone}."\nfile = "dyn.example.zone"\n`,
  )
  const rest = more.join('') + grantText('key = "other."', 'match = "zonesub"')
  const operator = new Operator(t.testdir(), CONFIG + rest)
  const server = operator.serveCovered()
  t.teardown(() => server.end('SIGKILL'))
  const port = await server.ready()
  operator.write('livezone.toml', 'data = 1')
  server.process.kill('SIGHUP')
  while (!server.stderr.includes('not reloaded: all stays as it was')) {
    await once(server.process.stderr, 'data')
  }
  t.equal((await askUdp(port, query('f.', 6))).readUInt16BE(2) & 0xf, 0)
  const { stdout } = await server.end('SIGTERM')
  t.match(stdout, /^livezone is ready: dyn\.example\., a\., b\., c\., d\. and 2 more on 127/)
  t.match(stdout, /^A key was made: keys\/ddns-key\.key\..*\n.*test\.dyn\.example\..*\n/m)
  t.match(stdout, /^A key was made: keys\/other\.key\..*\n.*test\.f\..*\n/m)
})

t.test(
  'a bad configuration, key or zone file ends it with exit 2 before anything is made',
  async (t) => {
    for (const [config, zone] of [
      ['listen = 1', ZONE],
      [
        `${CONFIG}transfer = ["key:b."]`.replace(/(\[\[zone\.grant[^]*)(transfer.*)/, '$2\n$1'),
        ZONE,
      ],
      [CONFIG, 'nonsense'],
    ] as const) {
      const operator = new Operator(t.testdir(), config, zone)
      const { code, stdout, stderr } = await operator.run('serve')
      t.equal(code, 2)
      t.equal(stdout, '')
      t.match(stderr, /^(\S+:\d+:\d+: .*\n)+$/)
      t.notOk(operator.files().includes('keys'))
    }
  },
)
