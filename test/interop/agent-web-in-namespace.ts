/**
 * The agent over HTTP: it asks our own server which address it comes from, by each family, and updates
 * there with a token; dig confirms. Runs in a network namespace of its own, with the agent's machine in
 * another one at the far end of a cable: agent.test.ts starts it there.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Daemon } from '../support/daemon.ts'
import { digData } from '../support/dig.ts'
import { BUNDLED, Livezone } from '../support/livezone.ts'
import { plainly, run } from '../support/tools.ts'

// On a busy machine it waits long for what other programs do.
t.setTimeout(300_000)

const HOME = 'home.dyn.example.'

const SERVER = `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"

[http]
listen = ["192.0.2.1:0", "[2001:db8:1::1]:0"]

[[zone]]
name = "dyn.example."
file = "dyn.example.zone"
`

const agentConfig = ([v4, v6]: readonly string[]): string => `
[[host]]
name = "${HOME}"

[update]
url = "${v4}/nic/update"
token = "home.token"

[ipv4]
sources = ["web"]
web = "${v4}/myip"

[ipv6]
sources = ["web"]
web = "${v6}/myip"
`

const must = async (command: string, ...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(command, args)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}

/** A machine is a namespace, held open by a process that does nothing. */
const machine = new Daemon('unshare', ['--net', 'sh', '-c', 'echo there; exec sleep infinity'])
await machine.printed(/there/)
const inside = ['--target', `${machine.pid}`, '--net']
const there = (...args: readonly string[]) => must('nsenter', ...inside, 'ip', ...args)

const nodad = (written: string): string[] => (written.includes(':') ? ['nodad'] : [])
const address = (action: 'add' | 'delete', written: string) =>
  there('address', action, written, 'dev', 'far', ...nodad(written))

await must('ip', 'link', 'set', 'lo', 'up')
await must('ip', 'link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'far')
await must('ip', 'link', 'set', 'far', 'netns', `${machine.pid}`)
await must('ip', 'link', 'set', 'wan', 'up')
for (const written of ['192.0.2.1/24', '2001:db8:1::1/64']) {
  await must('ip', 'address', 'add', written, 'dev', 'wan', ...nodad(written))
}
await there('link', 'set', 'far', 'up')
await address('add', '192.0.2.10/24')
await address('add', '2001:db8:1::10/64')

t.test('the agent follows what our own server says, and updates there', async (t) => {
  const server = new Livezone(t.testdir(), SERVER)
  await server.start()
  t.teardown(() => server.stop())
  const config = join(server.folder, 'livezone.toml')
  const livezone = (...args: readonly string[]) =>
    must(process.execPath, BUNDLED, ...args, '--config', config)
  const token = await livezone('token', 'create', '--host', HOME)
  writeFileSync(join(server.folder, 'home.token'), token, { mode: 0o600 })
  const file = join(server.folder, 'agent.toml')
  writeFileSync(file, agentConfig(server.web))

  const [command, args] = plainly(process.execPath, BUNDLED)
  const agent = new Daemon('nsenter', [...inside, command, ...args, 'agent', '--config', file])
  t.teardown(() => agent.stop())
  const published = async () => [
    ...(await digData(server, HOME, 'A')),
    ...(await digData(server, HOME, 'AAAA')),
  ]
  await agent.printed(/the addresses are changed/)
  t.strictSame(await published(), ['192.0.2.10', '2001:db8:1::10'])

  await address('add', '192.0.2.20/24')
  await address('delete', '192.0.2.10/24')
  // The second of a network goes with the first.
  await address('add', '192.0.2.20/24').catch(() => undefined)
  await agent.printed(/the addresses are changed/, 2)
  t.strictSame(await published(), ['192.0.2.20', '2001:db8:1::10'], 'the other family stays')

  await address('delete', '2001:db8:1::10/64')
  await address('add', '2001:db8:1::30/64')
  await agent.printed(/the addresses are changed/, 3)
  t.strictSame(await published(), ['192.0.2.20', '2001:db8:1::30'])

  const seen = await livezone('token', 'list')
  t.match(seen, /last used .* from 192\.0\.2\.20 \(livezone/)
  await agent.stop()
})

t.teardown(() => machine.stop('SIGKILL'))
