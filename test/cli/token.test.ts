/** `livezone token`, as it is typed: without a server, and while one runs. */
import t from 'tap'
import { systemClock } from '../../src/base/clock.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { CONFIG, Operator, runHere } from '../support/operator.ts'

const TOKEN = /^dd[a-z2-7]{26}\n$/

for (const isRunning of [false, true]) {
  const way = isRunning ? 'by the running server' : 'without a server, on the store itself'
  t.test(`tokens are made, listed, rotated and revoked ${way}`, async (t) => {
    const operator = new Operator(t.testdir())
    if (isRunning) {
      const server = operator.serve()
      t.teardown(() => server.end('SIGKILL'))
      await server.ready()
    }
    const token = (...args: readonly string[]) => operator.run('token', ...args)
    t.match(await token('create', '--host', 'home.dyn.example'), { code: 0, stdout: TOKEN })
    const again = await token('create', '--host', 'home.dyn.example')
    t.match(again, { code: 2, stderr: /there is a token home\.dyn\.example\. already/ })
    const more = [
      ...['create', '--json', '--name', 'both', '--host', 'a.dyn.example', 'b.dyn.example.'],
      ...['--below', '--types', 'a,TXT', '--from', '192.0.2.0/24', '--expires', '90d'],
    ]
    t.match(await token(...more), { code: 0, stdout: /^\{"token":"dd[a-z2-7]{26}"\}\n$/ })
    t.match(await token('rotate', 'both'), { code: 0, stdout: TOKEN })
    const { stdout } = await token('list')
    const [first, second, ...rest] = stdout.split('\n')
    t.match(
      first,
      /^both; for a\.dyn\.example\. b\.dyn\.example\. and below; A TXT; from 192\.0\.2\.0\/24; expires .*; its older secret ends .*; never used$/,
    )
    t.equal(second, 'home.dyn.example.; for home.dyn.example.; A AAAA; never used')
    t.strictSame(rest, [''])
    const json = await token('list', '--json')
    t.match(JSON.parse(json.stdout.split('\n')[0] ?? ''), { name: 'both', below: true })
    t.match(await token('create', '--admin', '--name', 'ci'), { code: 0, stdout: TOKEN })
    t.match(await token('list'), { stdout: /\nci; may everything; never used\n/ })
    t.match(await token('revoke', 'both'), { code: 0, stdout: '' })
    t.match(await token('revoke', 'both'), { code: 2, stderr: 'there is no token both\n' })
    t.match(await token('rotate', 'x y'), { code: 2, stderr: 'there is no token x y\n' })
  })
}

t.test('a token that was used is listed with its last use', async (t) => {
  const operator = new Operator(t.testdir())
  const store = LmdbStore.open(operator.path('data'), systemClock)
  const lastUse = { time: 0, source: '192.0.2.1', agent: 'router/1' }
  const scope = { name: 'x', hosts: ['x.dyn.example.'], below: false, types: ['A'], from: [] }
  store.putTokens(
    new Map([['00'.repeat(32), { ...scope, digest: '00'.repeat(32), created: 0, lastUse }]]),
  )
  await store.close()
  t.match(await operator.run('token', 'list'), {
    stdout: 'x; for x.dyn.example.; A; last used 1970-01-01T00:00:00Z from 192.0.2.1 (router/1)\n',
  })
})

t.test('what a token cannot be for is said', async (t) => {
  const operator = new Operator(t.testdir())
  const rows: readonly (readonly [RegExp, ...string[]])[] = [
    [/--host: x\.example\. is in no zone of this server/, '--host', 'x.example'],
    [/"a\.\.b" is no domain name/, '--host', 'a..b'],
    [/--types: "MX" is none of A, AAAA, TXT/, '--host', 'a.dyn.example', '--types', 'A,MX'],
    [/--from: "x" is no network/, '--host', 'a.dyn.example', '--from', 'x'],
    [/--name: write 1 to 255/, '--host', 'a.dyn.example', '--name', 'a b'],
    [/--expires: "soon" is no time to come/, '--host', 'a.dyn.example', '--expires', 'soon'],
    [/--expires: "2001-01-01"/, '--host', 'a.dyn.example', '--expires', '2001-01-01'],
    [/--host: a token is for a host, or more/],
    [/--admin: an admin token may everything/, '--admin', '--host', 'a.dyn.example'],
    [/--name: write 1 to 255/, '--admin'],
  ]
  for (const [stderr, ...args] of rows) {
    t.match(await operator.run('token', 'create', ...args), { code: 2, stdout: '', stderr })
  }
  const dated = ['create', '--host', 'a.dyn.example', '--expires', '2100-01-01']
  t.match(await operator.run('token', ...dated), { code: 0 })
})

t.test('a store that another process holds is left alone', async (t) => {
  const operator = new Operator(t.testdir())
  const server = operator.serve()
  t.teardown(() => server.end('SIGKILL'))
  await server.ready()
  const config = operator.read('livezone.toml')
  operator.write('other.toml', `control = "elsewhere.sock"\n${config}`)
  const args = ['token', 'list', '--config', operator.path('other.toml')]
  t.match(await runHere(args), { code: 1, stderr: /is in use by another livezone/ })
})

t.test('a device of a fleet has its host and its secret', async (t) => {
  const operator = new Operator(t.testdir())
  const fleet =
    '[http]\n[[http.fleet]]\nname = "cams"\ndomain = "cam.dyn.example."\nsecret = "cams.secret"\n'
  operator.write('livezone.toml', `${CONFIG}${fleet}`)
  operator.write('cams.secret', '0'.repeat(64))
  const device = (...args: readonly string[]) => operator.run('token', 'device', ...args)
  const { stdout } = await device('cams', '00:11:22:33:44:55')
  t.match(stdout, /^00:11:22:33:44:55 [a-z2-7]{26} [a-z2-7]{16}\.cam\.dyn\.example\.\n$/)
  const json = await device('cams', '00:11:22:33:44:55', '--json')
  const { token, host } = JSON.parse(json.stdout) as Record<string, string>
  t.equal(`00:11:22:33:44:55 ${token} ${host}\n`, stdout)
  operator.write('livezone.toml', `${CONFIG}${fleet}deny = ["00:11:22:33:44:55"]\n`)
  const denied = await device('cams', '00:11:22:33:44:55')
  t.equal(denied.stdout, stdout)
  t.match(denied.stderr, /^00:11:22:33:44:55 is in deny of the fleet cams: take it out/)
  t.match(await device('x', 'y'), {
    code: 2,
    stderr: 'there is no fleet x; [[http.fleet]] has: cams\n',
  })
  operator.write('livezone.toml', CONFIG)
  t.match(await device('x', 'y'), { code: 2, stderr: /\[\[http\.fleet\]\] has: none/ })
})
