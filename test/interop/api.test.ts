/** The REST API with curl: what docs/api.md shows, as it stands there, and streams beside nsupdate. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { Daemon } from '../support/daemon.ts'
import { digData } from '../support/dig.ts'
import { run, skipWithout } from '../support/tools.ts'
import { WebLivezone } from '../support/web-livezone.ts'

const DOCS = fileURLToPath(new URL('../../../docs/api.md', import.meta.url))

/** Blocks by their titles, in the order of the document. */
const blocks = (): Map<string, string> => {
  const text = readFileSync(DOCS, 'utf8')
  const found = text.matchAll(/^```\w+ title=(\S+)\n(.*?)\n```$/gms)
  return new Map(Array.from(found, ([, title = '', block = '']) => [title, block]))
}

/** What is another each time is made what the document has. */
const asDocumented = (text: string): string =>
  text
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"2026-11-26T01:18:21.934Z"')
    .replaceAll(/127\.0\.0\.1#\d+/g, '127.0.0.1#53211')
    .replaceAll(/"dd[a-z2-7]{26}"/g, '"ddxxxxxxxxxxxxxxxxxxxxxxxxxx"')

const served = async (t: Test, rest = ''): Promise<WebLivezone> => {
  const server = new WebLivezone(t.testdir())
  server.write('livezone.toml', readFileSync(`${server.folder}/livezone.toml`, 'utf8') + rest)
  await server.start()
  t.teardown(() => server.stop())
  return server
}

/** What the command has printed once the change was there: for how long it waits is not left to the machine. */
const streamed = async (command: string): Promise<string> => {
  const endless = command.replace(' --max-time 3', '').replace(' || true', '')
  const curl = new Daemon('bash', ['-eu', '-c', `exec ${endless}`])
  await curl.printed(/^event: change\nid: .*\ndata: .*\n\n/m)
  await curl.stop()
  return curl.output
}

t.test('what docs/api.md shows', { skip: skipWithout('curl', 'bash', 'dig') }, async (t) => {
  const server = await served(t)
  const token = await server.token('--admin', '--name', 'ci')
  const all = blocks()
  const commands = [...all].filter(([title]) => all.has(`${title}-answer`))
  t.equal(commands.length, 9)
  for (const [title, command] of commands) {
    const script = command
      .replaceAll('https://ddns.example.net', `http://${server.at('http')}`)
      .replaceAll('TOKEN', token)
    const expected = all.get(`${title}-answer`) ?? ''
    if (title === 'events') {
      t.equal(asDocumented(await streamed(script)).trim(), expected.trim(), title)
      continue
    }
    const { code, stdout, stderr } = await run('bash', ['-eu', '-c', script])
    t.equal(code, 0, stderr)
    const answer = asDocumented(stdout)
    t.strictSame(JSON.parse(answer), JSON.parse(asDocumented(expected)), title)
    if (title === 'change') {
      t.strictSame(await digData(server, 'www.dyn.example.', 'A'), ['192.0.2.1'])
    }
    if (title === 'refused') {
      const { stdout: listed } = await server.livezone('rejected')
      t.match(listed, / YXDOMAIN zone dyn\.example\. by operator:ci from 127\.0\.0\.1#\d+ http: /)
    }
  }
})

const GRANT = '\n  [[zone.grant]]\n  key = "ddns-key."\n  match = "zonesub"\n  types = ["ANY"]\n'

t.test('streams', { skip: skipWithout('curl', 'nsupdate') }, async (t) => {
  const server = await served(t, GRANT)
  const token = await server.token('--admin', '--name', 'ci')
  const url = `http://${server.at('http')}/api/v1/zones/dyn.example./events`
  const nsupdate = async (...lines: readonly string[]): Promise<void> => {
    const script = [`server 127.0.0.1 ${server.port}`, 'zone dyn.example.', ...lines, 'send', '']
    const { code, stderr } = await run('nsupdate', ['-k', server.keyFile], script.join('\n'))
    if (code !== 0) throw new Error(stderr)
  }
  const follow = (secret: string) => {
    const args = ['-sSN', '-H', `Authorization: Bearer ${secret}`, url]
    const curl = spawn('curl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    curl.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece))
    const until = async (wanted: RegExp): Promise<void> => {
      while (!wanted.test(text)) await once(curl.stdout, 'data')
    }
    return { curl, until, text: () => text }
  }

  await t.test('have what nsupdate changes, at once', async (t) => {
    const { curl, until, text } = follow(token)
    await until(/^event: begin\nid: 1\n/)
    await nsupdate('update add www.dyn.example. 60 A 192.0.2.1')
    await until(/id: 2\n.*\n\n/)
    await nsupdate('update delete www.dyn.example.')
    await until(/id: 3\n.*\n\n/)
    t.match(
      text(),
      /"principal":"key:ddns-key\.".*"added":\["www\.dyn\.example\. 60 IN A 192\.0\.2\.1"\]/,
    )
    curl.kill()
  })

  await t.test('end when their token is revoked', async (t) => {
    const owner = await server.token('--host', 'home.dyn.example.', '--name', 'home')
    const { curl, until } = follow(owner)
    await until(/^event: begin/)
    const ended = once(curl, 'close')
    await server.livezone('token', 'revoke', 'home')
    await nsupdate('update add home.dyn.example. 60 A 192.0.2.1')
    t.strictSame(await ended, [0, null])
  })

  await t.test('do not keep the server from stopping', async (t) => {
    const { curl, until } = follow(token)
    await until(/^event: begin/)
    const ended = once(curl, 'close')
    const before = performance.now()
    await server.stop()
    t.ok(performance.now() - before < 10_000, 'sooner than who reads nothing is let go')
    t.strictSame(await ended, [0, null])
  })
})
