/** `livezone explain`: without a server, and asking the one that runs. */
import { writeFileSync } from 'node:fs'
import t from 'tap'
import { CONFIG, Operator } from '../support/operator.ts'

const ADD = 'add www.dyn.example. 60 A 192.0.2.1'
const KEY = ['--key', 'ddns-key'] as const

const NO_STORE = 'the store has no dyn.example. yet: taken as empty'

t.test('without a server the configuration answers, and exits 0 for what is allowed', async (t) => {
  const operator = new Operator(t.testdir())
  const { code, stdout, stderr } = await operator.run('explain', ...KEY, ADD)
  t.equal(code, 0)
  t.equal(stderr, '')
  t.strictSame(stdout.split('\n'), [
    'allowed by rule 1 (ddns-key. zonesub)',
    NO_STORE,
    `as ${operator.path('livezone.toml')} has it`,
    '',
  ])
  t.strictSame(operator.files(), ['dyn.example.zone', 'livezone.toml'], 'and makes nothing')
})

t.test('what is refused exits 1, with the words that the client would get', async (t) => {
  const operator = new Operator(t.testdir())
  const { code, stdout } = await operator.run('explain', ...KEY, ADD, 'delete dyn.example. NS')
  t.equal(code, 1)
  t.match(
    stdout,
    /^refused \(REFUSED\): key ddns-key\. may not change NS at dyn\.example\.: rule 1 allows/,
  )
  t.equal((await operator.run('explain', ADD)).code, 1, 'nobody signed')
})

t.test('what is in the store counts', async (t) => {
  const operator = new Operator(t.testdir())
  await operator.run('import', 'dyn.example.', operator.path('dyn.example.zone'))
  const cname = 'add ns1.dyn.example. 60 CNAME x.'
  const { stdout } = await operator.run('explain', ...KEY, cname)
  t.match(stdout, 'allowed by rule 1 (ddns-key. zonesub): 1 of 1 changes ignored: ns1')
  t.notMatch(stdout, 'taken as empty')
})

t.test('a question that is none exits 2 and says what is wrong', async (t) => {
  const operator = new Operator(t.testdir())
  for (const [words, message] of [
    [['add x'], /^"add x", at column \d+: a type is missing\n$/],
    [[ADD, '--from', 'here'], /^"here" is no address\n$/],
    [[ADD, '--transport', 'tls'], /udp, tcp/],
    [['delete x.'], /^no zone here has x\.: give the zone\n$/],
  ] as const) {
    const { code, stderr } = await operator.run('explain', ...words)
    t.equal(code, 2)
    t.match(stderr, message)
  }
})

t.test(
  'a running server answers for what it has loaded, unless it is not to be asked',
  async (t) => {
    const operator = new Operator(t.testdir())
    const without = await operator.run('explain', '--running', ...KEY, ADD)
    t.equal(without.code, 1)
    t.match(without.stderr, /no livezone is running here/)
    const server = operator.serve()
    t.teardown(() => server.end('SIGTERM'))
    await server.ready()
    writeFileSync(
      operator.path('livezone.toml'),
      CONFIG.replace('zonesub', 'self').replace('"ddns-key."', '"x.dyn.example."'),
    )
    const loaded = await operator.run('explain', ...KEY, ADD)
    t.strictSame(loaded, {
      code: 0,
      stdout: 'allowed by rule 1 (ddns-key. zonesub)\nas the running server has it\n',
      stderr: '',
    })
    const written = await operator.run('explain', '--no-running', ...KEY, ADD)
    t.equal(written.code, 1)
    t.match(written.stdout, 'key ddns-key. has no rule for updates in zone dyn.example.')
    const bad = await operator.run('explain', '--running', ...KEY, 'add')
    t.equal(bad.code, 2)
    t.match(bad.stderr, /the name is missing/)
  },
)
