/**
 * What a night at the pager looks like: nsupdate has changed a zone, and the operator reads its history,
 * takes a change back, brings the zone back and applies an edited file, beside the running server. dig
 * sees what came of it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { digData, digStatus } from '../support/dig.ts'
import { BUNDLED, Livezone, ZONE } from '../support/livezone.ts'
import { run, skipWithout } from '../support/tools.ts'

const skip = skipWithout('nsupdate', 'dig')

const started = async (t: Test): Promise<Livezone> => {
  const server = new Livezone(t.testdir())
  t.teardown(() => server.stop())
  await server.start()
  return server
}

const nsupdate = async (server: Livezone, ...lines: readonly string[]): Promise<void> => {
  const script = [`server 127.0.0.1 ${server.port}`, 'zone dyn.example.', ...lines, 'send', '']
  const { code, stderr } = await run('nsupdate', ['-k', server.keyFile], script.join('\n'))
  if (code !== 0) throw new Error(stderr)
}

/** Types a command at a shell; gives what was printed, and fails when it is not the exit code expected. */
const livezone = async (
  server: Livezone,
  words: readonly string[],
  expected = 0,
): Promise<string> => {
  const { code, stdout, stderr } = await run(
    process.execPath,
    [BUNDLED, ...words, '--config', join(server.folder, 'livezone.toml')],
    '',
    server.folder,
  )
  if (code !== expected) throw new Error(`${words.join(' ')}: exit ${code}: ${stdout}${stderr}`)
  return stdout + stderr
}

const addresses = (server: Livezone, name: string): Promise<string[]> =>
  digData(server, `${name}.dyn.example.`, 'A')

t.test(
  'a change by nsupdate is in the history, and undone beside the server',
  { skip },
  async (t) => {
    const server = await started(t)
    await nsupdate(server, 'update add www.dyn.example. 60 A 192.0.2.1')
    await nsupdate(
      server,
      'update delete www.dyn.example. A',
      'update add www.dyn.example. 60 A 192.0.2.66',
    )
    await nsupdate(server, 'update add laptop.dyn.example. 60 A 192.0.2.9')
    const history = await livezone(server, ['history', 'dyn.example.', 'www'])
    t.match(
      history,
      /^3 {2}\S+Z {2}key:ddns-key\. from 127\.0\.0\.1#\d+ \(udp\), ddns-key\. zonesub ANY\n/,
    )
    t.match(history, /\n {2}- www\.dyn\.example\. 60 IN A 192\.0\.2\.1\n {2}\+ .* 192\.0\.2\.66\n/)
    await livezone(server, ['undo', 'dyn.example.', '3'])
    t.strictSame(await addresses(server, 'www'), ['192.0.2.1'])
    t.strictSame(await addresses(server, 'laptop'), ['192.0.2.9'])
    t.match(await livezone(server, ['diff', 'dyn.example.', '2..']), /^\+ laptop\.dyn\.example\. /)
  },
)

t.test(
  'an undo that later updates stand against says which, and does it if told',
  { skip },
  async (t) => {
    const server = await started(t)
    await nsupdate(server, 'update add www.dyn.example. 60 A 192.0.2.1')
    await nsupdate(server, 'update delete www.dyn.example. A')
    await nsupdate(server, 'update add www.dyn.example. 60 A 192.0.2.1')
    const said = await livezone(server, ['undo', 'dyn.example.', '2'], 2)
    t.match(said, /key:ddns-key\. changed www\.dyn\.example\. A \(serial 3\)/)
    t.strictSame(await addresses(server, 'www'), ['192.0.2.1'])
    await livezone(server, ['undo', 'dyn.example.', '2', '--force'])
    t.equal(await digStatus(server, 'www.dyn.example.', 'A'), 'NXDOMAIN')
  },
)

t.test('a zone is brought back in one change while updates go on', { skip }, async (t) => {
  const server = await started(t)
  await nsupdate(server, 'update add www.dyn.example. 60 A 192.0.2.1')
  await nsupdate(
    server,
    'update delete www.dyn.example.',
    'update add bad.dyn.example. 60 A 192.0.2.66',
  )
  await nsupdate(server, 'update add worse.dyn.example. 60 A 192.0.2.67')
  await livezone(server, ['restore', 'dyn.example.', '--serial', '2'])
  t.strictSame(await addresses(server, 'www'), ['192.0.2.1'])
  t.equal(await digStatus(server, 'bad.dyn.example.', 'A'), 'NXDOMAIN')
  t.match(await digData(server, 'dyn.example.', 'SOA'), [/ 5 7200 /])
  const shown = await livezone(server, ['show', 'dyn.example.', '--serial', '4'])
  t.match(shown, /^worse\.dyn\.example\. 60 IN A 192\.0\.2\.67$/m)
})

t.test('an edited zone file is applied without freeze and thaw', { skip }, async (t) => {
  const server = await started(t)
  await nsupdate(server, 'update add laptop.dyn.example. 60 A 192.0.2.9')
  const edited = (text: string): void => {
    writeFileSync(join(server.folder, 'dyn.example.zone'), text)
  }
  edited(`${ZONE}mail 300 IN A 192.0.2.25\n`)
  const words = ['apply', 'dyn.example.', 'dyn.example.zone']
  t.match(await livezone(server, [...words, '--dry-run']), /^\+ mail\.dyn\.example\. 300 /)
  t.strictSame(await addresses(server, 'mail'), [])
  await livezone(server, words)
  t.strictSame(await addresses(server, 'mail'), ['192.0.2.25'])
  t.strictSame(await addresses(server, 'laptop'), ['192.0.2.9'])
  t.match(await livezone(server, words), /there is nothing to do; --replace /)

  await nsupdate(server, 'update add mail.dyn.example. 300 A 192.0.2.26')
  edited(`${ZONE}mail 300 IN A 192.0.2.27\n`)
  const conflict = await livezone(server, words, 2)
  t.match(conflict, /\nmail\.dyn\.example\. A\n {2}the file had: .*25\n {2}the file has: .*27\n/)
  await livezone(server, [...words, '--prefer', 'file'])
  t.strictSame(await addresses(server, 'mail'), ['192.0.2.27'])
  await livezone(server, [...words, '--replace'])
  t.equal(await digStatus(server, 'laptop.dyn.example.', 'A'), 'NXDOMAIN')
})
