/** Resolvers find livezone's zones, and see what changes in them. */
import { promises as dns } from 'node:dns'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { clientConfig } from '../support/client-docs.ts'
import { Daemon, PATIENCE_MILLISECONDS } from '../support/daemon.ts'
import { PATIENT } from '../support/dig.ts'
import { Livezone } from '../support/livezone.ts'
import { freePort } from '../support/peer.ts'
import { run, skipWithout } from '../support/tools.ts'

const CONFIG = `
listen = ["127.0.0.1:0"]
data = "data"
keys = "keys"

[[zone]]
name = "dyn.example."
file = "dyn.example.zone"

  [[zone.grant]]
  key = "ddns-key."
  match = "zonesub"
  types = ["A"]

[[zone]]
name = "other.example."
file = "other.example.zone"
`

/** What is remembered is remembered for a second. */
const ZONE = `
$TTL 1
@          IN SOA   ns1 hostmaster 1 2h 15m 1w 1
@          IN NS    ns1
ns1        IN A     127.0.0.1
www        IN A     192.0.2.1
*.wild     IN A     192.0.2.2
taken.wild IN TXT   "no address"
alias      IN CNAME www.other.example.
`

const OTHER = `
$TTL 1
@          IN SOA   ns1.dyn.example. hostmaster 1 2h 15m 1w 1
@          IN NS    ns1.dyn.example.
www        IN A     192.0.2.3
`

/** A resolver with the block of docs/clients.md for each of the two zones. */
interface Resolver {
  readonly title: string
  readonly block: string
  start(folder: string, port: number, blocks: string): Daemon
}

const unbound: Resolver = {
  title: 'Unbound',
  block: 'unbound.conf',
  start: (folder, port, blocks) => {
    const file = join(folder, 'unbound.conf')
    const own = [
      'server:',
      '  interface: 127.0.0.1',
      `  port: ${port}`,
      // It would fetch the root's keys to validate anything.
      '  module-config: "iterator"',
      '  username: ""',
      '  chroot: ""',
      '  pidfile: ""',
      '  use-syslog: no',
    ]
    writeFileSync(file, `${own.join('\n')}\n${blocks}`)
    return new Daemon('/usr/sbin/unbound', ['-d', '-c', file])
  },
}

const knotResolver: Resolver = {
  title: 'Knot Resolver',
  block: 'kresd.conf',
  start: (folder, port, blocks) => {
    const file = join(folder, 'kresd.conf')
    // These would ask the root's servers by themselves.
    const outgoing = ['ta_update', 'priming', 'detect_time_skew']
    const own = [
      `net.listen('127.0.0.1', ${port})`,
      'cache.size = 10 * MB',
      'cache.min_ttl(1)',
      "trust_anchors.remove('.')",
      ...outgoing.map((module) => `modules.unload('${module}')`),
    ]
    writeFileSync(file, `${own.join('\n')}\n${blocks}`)
    const folderOfItsOwn = join(folder, 'kresd')
    mkdirSync(folderOfItsOwn)
    return new Daemon('/usr/sbin/kresd', ['-n', '-c', file, folderOfItsOwn])
  },
}

/** RCODE and the RDATA of the answer, as dig prints them. */
const ask = async (port: number, name: string): Promise<string[]> => {
  const how = ['+noall', '+comments', '+answer', '+tries=1', PATIENT]
  const { stdout } = await run('dig', ['@127.0.0.1', '-p', `${port}`, ...how, name, 'A'])
  const [, rcode = 'no answer'] = / status: (\w+)/.exec(stdout) ?? []
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(';'))
  return [rcode, ...lines.map((line) => line.split(/\s+/).slice(4).join(' '))]
}

/** Asks until the address is that, or there is no hope left, and then by dig, whose start for each would be most of the work. */
const askUntil = async (t: Test, port: number, name: string, wanted: string): Promise<void> => {
  const resolver = new dns.Resolver({ timeout: 1000, tries: 1 })
  resolver.setServers([`127.0.0.1:${port}`])
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS)
  const isThere = async (): Promise<boolean> =>
    (await resolver.resolve4(name).catch(() => [])).join() === wanted
  while (!signal.aborted && !(await isThere()));
  t.strictSame(await ask(port, name), ['NOERROR', wanted], name)
}

const nsupdate = async (server: Livezone, ...lines: readonly string[]): Promise<void> => {
  const script = [`server 127.0.0.1 ${server.port}`, ...lines, 'send', ''].join('\n')
  const { code, stderr } = await run('nsupdate', ['-k', server.keyFile], script)
  if (code !== 0) throw new Error(stderr)
}

const startServer = async (t: Test, folder: string): Promise<Livezone> => {
  const server = new Livezone(folder, CONFIG, ZONE)
  writeFileSync(join(folder, 'other.example.zone'), OTHER)
  await server.start()
  t.teardown(() => server.stop())
  return server
}

for (const resolver of [unbound, knotResolver]) {
  const program = `/usr/sbin/${resolver === unbound ? 'unbound' : 'kresd'}` as const
  const skip = skipWithout(program, 'dig', 'nsupdate')
  t.test(`${resolver.title} resolves names of our zones`, { skip }, async (t) => {
    const folder = t.testdir()
    const server = await startServer(t, folder)
    const port = await freePort()
    const block = clientConfig(resolver.block, server)
    const blocks = block + block.replaceAll('dyn.example.', 'other.example.')
    const daemon = resolver.start(folder, port, blocks)
    t.teardown(() => daemon.stop())
    await askUntil(t, port, 'www.dyn.example.', '192.0.2.1')

    t.strictSame(await ask(port, 'a.b.wild.dyn.example.'), ['NOERROR', '192.0.2.2'])
    t.strictSame(await ask(port, 'taken.wild.dyn.example.'), ['NOERROR'], 'no data, no wildcard')
    t.strictSame(
      await ask(port, 'alias.dyn.example.'),
      ['NOERROR', 'www.other.example.', '192.0.2.3'],
      'from one zone into another',
    )
    t.strictSame(await ask(port, 'new.dyn.example.'), ['NXDOMAIN'])

    await nsupdate(
      server,
      'update delete www.dyn.example. A',
      'update add www.dyn.example. 1 A 192.0.2.10',
      'update add new.dyn.example. 1 A 192.0.2.11',
    )
    await askUntil(t, port, 'www.dyn.example.', '192.0.2.10')
    await askUntil(t, port, 'new.dyn.example.', '192.0.2.11')
  })
}
