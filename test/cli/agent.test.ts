/** `livezone agent` as it is typed, against a livezone in memory. */
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { changeText } from '../../src/cli/agent.ts'
import { listenDns } from '../support/dns-listener.ts'
import { runHere, CoveredServing } from '../support/operator.ts'
import { SECRET, TestService } from '../support/service.ts'
import type { Finished } from '../support/tools.ts'
import { listenWeb } from '../support/web-listener.ts'

const HOST = '[[host]]\nname = "home.dyn.example."\nfamilies = ["ipv4"]\n'
const SOURCE = '[ipv4]\nsources = ["command"]\ncommand = ["cat", "address"]\n'
const KEY = `key "ddns-key" { algorithm hmac-sha256; secret "${SECRET.toString('base64')}"; };\n`

/** A folder with a configuration, and a livezone in memory beside it. */
class Machine {
  readonly service = new TestService()
  readonly folder: string

  constructor(t: Test) {
    this.folder = t.testdir({ address: '192.0.2.1\n' })
    // The agent signs with the real time.
    this.service.clock.milliseconds = Date.now()
    writeFileSync(join(this.folder, 'home.key'), KEY, { mode: 0o600 })
    writeFileSync(join(this.folder, 'home.token'), 'dd123', { mode: 0o600 })
  }

  async listen(t: Test): Promise<void> {
    const port = await listenDns(t, this.service.dispatcher.handle)
    this.configure(`[update]\nserver = "127.0.0.1:${port}"\nkey = "home.key"\n`)
  }

  configure(update: string): void {
    const source = SOURCE.replace('"address"', JSON.stringify(join(this.folder, 'address')))
    writeFileSync(this.config, HOST + update + source)
  }

  get config(): string {
    return join(this.folder, 'agent.toml')
  }

  get state(): string {
    return join(this.folder, 'agent.json')
  }

  move(address: string): void {
    writeFileSync(join(this.folder, 'address'), address)
  }

  run(...words: readonly string[]): Promise<Finished> {
    return runHere(['agent', '--config', this.config, ...words])
  }
}

t.test('--dry-run, --once and --status', async (t) => {
  const machine = new Machine(t)
  await machine.listen(t)
  const dry = await machine.run('--dry-run')
  t.strictSame(dry, {
    code: 0,
    stdout: 'IPv4: 192.0.2.1 (cat)\nhome.dyn.example. A none -> 192.0.2.1 (not done: --dry-run)\n',
    stderr: '',
  })
  t.notOk(existsSync(machine.state))
  const before = await machine.run('--status')
  t.equal(before.code, 1)
  t.match(JSON.parse(before.stdout), { hosts: [{ state: 'unknown' }] })

  const once = await machine.run('--once')
  t.equal(once.code, 0)
  t.match(once.stdout, /^home\.dyn\.example\. A none -> 192\.0\.2\.1$/m)
  machine.move('192.0.2.2')
  t.match((await machine.run('--once')).stdout, /A 192\.0\.2\.1 -> 192\.0\.2\.2$/m)
  t.match((await machine.run('--once')).stdout, /needs no change$/m)

  const after = await machine.run('--status')
  t.equal(after.code, 0)
  t.match(JSON.parse(after.stdout), { hosts: [{ state: 'ok', ipv4: '192.0.2.2' }] })
})

t.test('what is refused is said, and waits until it is time or told so', async (t) => {
  const machine = new Machine(t)
  await machine.listen(t)
  writeFileSync(
    machine.config,
    readFileSync(machine.config, 'utf8').replace('home.dyn.example.', 'home.else.example.'),
  )
  const refused = await machine.run('--once')
  t.equal(refused.code, 1)
  t.match(refused.stdout, /^home\.else\.example\. FAILED: the server answers REFUSED/m)
  const held = await machine.run('--once')
  t.equal(held.code, 1)
  t.match(held.stdout, /^home\.else\.example\. waits until 20\S+Z \(--now does not\): the server/m)
  t.match((await machine.run('--once', '--now')).stdout, /FAILED/)
  t.equal((await machine.run('--status')).code, 1)
})

t.test('over HTTP, with somebody to ask and without', async (t) => {
  const machine = new Machine(t)
  const { origin, requests } = await listenWeb(t, (response) => response.end('good 192.0.2.1'))
  const update = `[update]\nurl = "${origin}/nic/update"\ntoken = "home.token"\n`
  machine.configure(update)
  const once = await machine.run('--once')
  t.match(once.stdout, /^home\.dyn\.example\. A \? -> 192\.0\.2\.1$/m)
  t.match(requests, [
    {
      url: '/nic/update?hostname=home.dyn.example&myip=192.0.2.1',
      headers: { 'user-agent': /^livezone-agent\/\d/ },
    },
  ])
  const port = await listenDns(t, machine.service.dispatcher.handle)
  machine.configure(`${update}server = "127.0.0.1:${port}"\n`)
  t.match((await machine.run('--once')).stdout, /A none -> 192\.0\.2\.1$/m)
})

t.test('what is wrong is said before anything is done', async (t) => {
  const machine = new Machine(t)
  await machine.listen(t)
  for (const words of [
    ['--once', '--dry-run'],
    ['--once', '--status'],
  ]) {
    const { code, stderr } = await machine.run(...words)
    t.equal(code, 2)
    t.equal(stderr, '--once, --dry-run and --status exclude each other\n')
  }
  const missing = await runHere(['agent', '--once', '--config', join(machine.folder, 'none')])
  t.equal(missing.code, 2)
  t.match(missing.stderr, /^cannot read .*none: ENOENT/)
  writeFileSync(machine.config, HOST)
  const wrong = await machine.run('--once')
  t.equal(wrong.code, 2)
  t.match(wrong.stderr, /agent\.toml:1:1: update: write a table of server, key/)
})

t.test('an address that goes is said', async (t) => {
  t.equal(changeText({ family: 'ipv4', from: '192.0.2.1', to: null }), 'A 192.0.2.1 -> none')
})

t.test('an address that is not known stays', async (t) => {
  const machine = new Machine(t)
  await machine.listen(t)
  await machine.run('--once')
  const settings = readFileSync(machine.config, 'utf8')
  writeFileSync(
    machine.config,
    settings.replace(/\[ipv4\]\n.*\n/, '[ipv4]\ninterface = "none0"\nsources = ["interface"]\n'),
  )
  const { stdout } = await machine.run('--once')
  t.match(stdout, /^IPv4: not known, left as it is \(interface none0: no IPv4 address\)$/m)
  t.match(stdout, /needs no change$/m)
})

t.test(
  'the agent runs until it is told to end, and reads its configuration when told so',
  async (t) => {
    const machine = new Machine(t)
    await machine.listen(t)
    const agent = new CoveredServing(['agent', '--config', machine.config], machine.folder)
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(agent.stderr)) await once(agent.process.stderr, 'data')
    }
    await until(/"to":"192\.0\.2\.1","msg":"the addresses are changed"/)
    const good = readFileSync(machine.config, 'utf8')
    writeFileSync(machine.config, `oops = 1\n${good}`)
    agent.process.kill('SIGHUP')
    await until(/"oops\\?" is no setting.*"msg":"the configuration is wrong: the one before stays"/)
    writeFileSync(machine.config, good)
    machine.move('192.0.2.2')
    agent.process.kill('SIGHUP')
    await until(/"to":"192\.0\.2\.2","msg":"the addresses are changed"/)
    const { code, stderr } = await agent.end('SIGTERM')
    t.equal(code, 0, stderr)
    t.match(stderr, /"signal":"SIGTERM","msg":"stopping"/)
    t.match(stderr, /"msg":"the configuration is read again"/)
  },
)
