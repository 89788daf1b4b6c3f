/**
 * The agent follows the addresses of an interface, and dig follows the agent. Runs in a network namespace
 * of its own, where addresses may come and go: agent.test.ts starts it there.
 */
import { once } from 'node:events'
import { chmodSync, existsSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readMemory } from '../../src/agent/memory.ts'
import { Daemon } from '../support/daemon.ts'
import { digData } from '../support/dig.ts'
import { BUNDLED, Livezone } from '../support/livezone.ts'
import { freePort } from '../support/peer.ts'
import { plainly, run, type Finished } from '../support/tools.ts'

// On a busy machine it waits long for what other programs do.
t.setTimeout(300_000)

const HOME = 'home.dyn.example.'
const PRINTER = 'printer.dyn.example.'

const ip = async (...args: readonly string[]): Promise<void> => {
  const { code, stderr } = await run('ip', args)
  if (code !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`)
}

const address = (
  action: 'add' | 'delete',
  written: string,
  ...more: readonly string[]
): Promise<void> =>
  // Without the second that it takes to find out whether another machine has it.
  ip('address', action, written, 'dev', 'wan', ...(written.includes(':') ? ['nodad'] : []), ...more)

const CONFIG = (server: Livezone): string => `
[[host]]
name = "${HOME}"

[[host]]
name = "${PRINTER}"
families = ["ipv6"]
suffix = "::1234/64"

[update]
server = "127.0.0.1:${server.port}"
key = "keys/ddns-key.key"

[ipv4]
interface = "wan"

[ipv6]
interface = "wan"

[hooks]
on-change = ["./hook"]
on-failure = ["./hook"]
on-recover = ["./hook"]
`

/** What the operator has the agent do: a line for each event. */
const HOOK = `#!/bin/sh
echo "$EVENT $HOST [$OLD_IP] [$NEW_IP]" $ERROR >> "$(dirname "$0")/events"
`

class Machine {
  readonly server: Livezone

  constructor(t: Test) {
    this.server = new Livezone(t.testdir())
  }

  path(name: string): string {
    return join(this.server.folder, name)
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text)
    if (name === 'hook') chmodSync(this.path(name), 0o755)
  }

  events(): string[] {
    const file = this.path('events')
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  }

  /** Resolves when the agent has written that the host is published there, as it does at the end of a round. */
  async remembered(host: string, ipv4: string): Promise<void> {
    const watcher = watch(this.server.folder)
    while (readMemory(this.path('agent.json'))?.hosts[host]?.published.ipv4 !== ipv4) {
      await once(watcher, 'change')
    }
    watcher.close()
  }

  agent(...options: readonly string[]): Promise<Finished> {
    return run('env', [...this.words, ...options])
  }

  daemon(): Daemon {
    return new Daemon('env', this.words)
  }

  /** As an operator types it: bundled, and without tap's coverage, which test/cli/ collects. */
  private get words(): string[] {
    const words = [process.execPath, BUNDLED, 'agent', '--config', 'agent.toml']
    return plainly('-C', this.server.folder, ...words)[1]
  }
}

const setUp = async (t: Test): Promise<Machine> => {
  const machine = new Machine(t)
  // When it is started again it is where it was.
  const config = readFileSync(machine.path('livezone.toml'), 'utf8')
  machine.write('livezone.toml', config.replace(':0"', `:${await freePort()}"`))
  await machine.server.start()
  t.teardown(() => machine.server.stop())
  machine.write('agent.toml', CONFIG(machine.server))
  machine.write('hook', HOOK)
  return machine
}

const link = async (): Promise<void> => {
  await ip('link', 'set', 'lo', 'up')
  await ip('link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'far')
  for (const end of ['wan', 'far']) await ip('link', 'set', end, 'addrgenmode', 'none', 'up')
  await address('add', '192.0.2.10/24')
  await address('add', '2001:db8:1::10/64')
}

await link()

t.test('--dry-run, --once and --status, as an operator types them', async (t) => {
  const machine = await setUp(t)
  const { server } = machine

  const dry = await machine.agent('--dry-run')
  t.equal(dry.code, 0, dry.stderr)
  t.match(dry.stdout, /^home\.dyn\.example\. A none -> 192\.0\.2\.10 \(not done: --dry-run\)$/m)
  t.strictSame(await digData(server, HOME, 'A'), [], 'nothing is changed')
  t.notOk(existsSync(machine.path('agent.json')), 'and nothing remembered')
  t.equal((await machine.agent('--status')).code, 1, 'no server has confirmed anything')

  const once = await machine.agent('--once')
  t.equal(once.code, 0, once.stderr)
  t.strictSame(await digData(server, HOME, 'A'), ['192.0.2.10'])
  t.strictSame(await digData(server, HOME, 'AAAA'), ['2001:db8:1::10'])
  t.strictSame(await digData(server, PRINTER, 'AAAA'), ['2001:db8:1::1234'])
  t.strictSame(await digData(server, PRINTER, 'A'), [], 'a family that is not the host’s')
  t.strictSame(machine.events(), [
    `change ${HOME} [] [192.0.2.10,2001:db8:1::10]`,
    `change ${PRINTER} [] [2001:db8:1::1234]`,
  ])
  await server.logged(/update committed/)
  t.equal(server.log.match(/update committed/g)?.length, 1, 'one UPDATE for the zone')

  const again = await machine.agent('--once')
  t.match(again.stdout, /^home\.dyn\.example\. needs no change$/m)
  const status = await machine.agent('--status')
  t.equal(status.code, 0)
  t.match(JSON.parse(status.stdout), {
    hosts: [
      { host: HOME, state: 'ok', ipv4: '192.0.2.10', ipv6: '2001:db8:1::10' },
      { host: PRINTER, state: 'ok', ipv6: '2001:db8:1::1234' },
    ],
  })
})

t.test('the agent that runs follows each change', async (t) => {
  const machine = await setUp(t)
  const { server } = machine
  const agent = machine.daemon()
  t.teardown(() => agent.stop())
  const done = (times: number): Promise<void> => agent.printed(/the addresses are changed/, times)
  await done(2)
  t.strictSame(await digData(server, HOME, 'A'), ['192.0.2.10'])

  await address('add', '198.51.100.99/24')
  await address('delete', '192.0.2.10/24')
  await done(3)
  t.strictSame(await digData(server, HOME, 'A'), ['198.51.100.99'])
  t.strictSame(await digData(server, HOME, 'AAAA'), ['2001:db8:1::10'], 'the other family stays')

  await t.test('a new prefix renumbers the hosts behind it too', async (t) => {
    await address('add', '2001:db8:2::10/64')
    await ip('address', 'change', '2001:db8:1::10/64', 'dev', 'wan', 'preferred_lft', '0')
    await done(5)
    t.strictSame(await digData(server, HOME, 'AAAA'), ['2001:db8:2::10'])
    t.strictSame(await digData(server, PRINTER, 'AAAA'), ['2001:db8:2::1234'])
  })

  await t.test('while the server is down it tries again, and then it is right', async (t) => {
    await server.stop()
    await address('add', '203.0.113.55/24')
    await address('delete', '198.51.100.99/24')
    await agent.printed(/the update failed/)
    await server.start()
    await done(6)
    t.strictSame(await digData(server, HOME, 'A'), ['203.0.113.55'])
  })

  await t.test('SIGHUP looks again at once, and mends what others have changed', async (t) => {
    const script = `server 127.0.0.1 ${server.port}\nupdate delete ${HOME} A\nsend\n`
    const { code } = await run('nsupdate', ['-k', server.keyFile], script)
    t.equal(code, 0)
    const file = machine.path('agent.json')
    await machine.remembered(HOME, '203.0.113.55')
    // As after the hour in which nothing is asked.
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"verifiedAt": \d+/g, '"verifiedAt": 0'))
    process.kill(agent.pid, 'SIGHUP')
    await agent.printed(/the server has something else/)
    await done(7)
    t.strictSame(await digData(server, HOME, 'A'), ['203.0.113.55'])
  })

  await agent.stop()
  t.match(agent.output, /"msg":"stopping"/)
})

t.test(
  'a key that the server does not have: said once, with the reason, and then it rests',
  async (t) => {
    const machine = await setUp(t)
    const other = `key "other." { algorithm hmac-sha256; secret "${Buffer.alloc(32).toString('base64')}"; };\n`
    writeFileSync(machine.path('other.key'), other, { mode: 0o600 })
    machine.write('agent.toml', CONFIG(machine.server).replace('keys/ddns-key.key', 'other.key'))
    const { code, stdout } = await machine.agent('--once')
    t.equal(code, 1)
    t.match(stdout, /home\.dyn\.example\. FAILED: the server does not know the key.*\(BADKEY\)/)
    t.match(machine.events(), [/^failure home\.dyn\.example\. .*BADKEY/, /^failure printer/])
    const again = await machine.agent('--once')
    t.equal(again.code, 1)
    t.match(again.stdout, /home\.dyn\.example\. waits until 20/)
    t.equal(machine.events().length, 2, 'nobody is told a second time')
    machine.write('agent.toml', CONFIG(machine.server))
    t.equal((await machine.agent('--once')).code, 0, 'another key is tried at once')
  },
)
