/** `livezone undo` and `restore`: by the server, or without one. */
import t, { type Test } from 'tap'
import { userName } from '../../src/cli/change-zone.ts'
import { FakeClock } from '../support/clock.ts'
import { editStore } from '../support/edited-store.ts'
import { Operator, type Serving } from '../support/operator.ts'
import { addUntil } from '../support/update-client.ts'

const edited = async (t: Test, ...changes: readonly (readonly string[])[]): Promise<Operator> => {
  const operator = new Operator(t.testdir())
  const file = operator.path('dyn.example.zone')
  t.equal((await operator.run('import', 'dyn.example.', file)).code, 0)
  await editStore(operator, new FakeClock(Math.floor(Date.now() / 1000) - 60), ...changes)
  return operator
}

const WWW = ['+ www 60 A 192.0.2.1']
const MOVED = ['- www 60 A 192.0.2.1', '+ www 60 A 192.0.2.2']

const last = async (operator: Operator): Promise<string> =>
  (await operator.run('history', 'dyn.example.', '-n', '1')).stdout.replace(/\S+Z/, 'TIME')

t.test('undo takes back one change, and says what it does', async (t) => {
  const operator = await edited(t, WWW, MOVED, ['+ other 60 A 192.0.2.9'])
  const { code, stdout, stderr } = await operator.run('undo', 'dyn.example.', '12')
  t.strictSame([code, stderr], [0, ''])
  const lines = '- www.dyn.example. 60 IN A 192.0.2.2\n+ www.dyn.example. 60 IN A 192.0.2.1\n'
  t.equal(stdout, `${lines}dyn.example. has serial 14 now\n`)
  t.equal(
    await last(operator),
    `14  TIME  operator:${userName()} (cli), undo 12\n  ${lines.replace('\n+', '\n  +')}\n`,
  )
  const again = await operator.run('undo', 'dyn.example.', '12')
  t.equal(again.stdout, 'nothing is left of change 12: dyn.example. stays as it is\n')
})

t.test('undo stops where later changes touched the same records, unless told', async (t) => {
  const operator = await edited(t, WWW, ['- www 60 A 192.0.2.1'], WWW)
  const stopped = await operator.run('undo', 'dyn.example.', '11')
  t.equal(stopped.code, 2)
  t.match(stopped.stderr, /^change 11 is not undone, for later changes touched the same records:\n/)
  t.match(stopped.stderr, / {2}key:ddns-key\. changed www\.dyn\.example\. A \(serial 12\)\n/)
  t.match(stopped.stderr, /--force\.\n$/)
  t.match(await last(operator), /^13 /)
  const forced = await operator.run('undo', 'dyn.example.', '11', '--force')
  t.equal(forced.code, 0)
  t.match(forced.stdout, /serial 14 now\n$/)
})

t.test('undo with --dry-run shows and changes nothing', async (t) => {
  const operator = await edited(t, WWW)
  const { code, stdout } = await operator.run('undo', 'dyn.example.', '11', '--dry-run')
  t.equal(code, 0)
  t.equal(stdout, '- www.dyn.example. 60 IN A 192.0.2.1\nnothing was changed (--dry-run)\n')
  t.match(await last(operator), /^11 /)
})

t.test('undo that would leave no zone is refused, --force or not', async (t) => {
  const operator = await edited(t, ['+ @ 3600 NS ns2'], ['- @ 3600 NS ns1'])
  const { code, stderr } = await operator.run('undo', 'dyn.example.', '11', '--force')
  t.equal(code, 2)
  t.match(stderr, /^change 11 cannot be undone: that cannot be: the zone has no NS at its apex\n$/)
})

for (const [serial, message] of [
  ['x', /^"x" is no serial: livezone history shows them\n$/],
  ['99', /has no serial 99/],
  ['10', /^10 is where the history begins: there is nothing before it\n$/],
] as const) {
  t.test(`undo ${serial} is refused, and says why`, async (t) => {
    const operator = await edited(t, WWW)
    const { code, stderr } = await operator.run('undo', 'dyn.example.', serial)
    t.equal(code, 2)
    t.match(stderr, message)
  })
}

t.test('restore brings the zone back in one change', async (t) => {
  const operator = await edited(t, WWW, MOVED, ['+ other 60 A 192.0.2.9'])
  const dry = await operator.run('restore', 'dyn.example.', '--serial', '11', '--dry-run')
  const lines =
    '- other.dyn.example. 60 IN A 192.0.2.9\n' +
    '- www.dyn.example. 60 IN A 192.0.2.2\n+ www.dyn.example. 60 IN A 192.0.2.1\n'
  t.equal(dry.stdout, `${lines}nothing was changed (--dry-run)\n`)
  const { stdout } = await operator.run('restore', 'dyn.example.', '--serial', '11')
  t.equal(stdout, `${lines}dyn.example. has serial 14 now\n`)
  t.match(await last(operator), /\(cli\), restore serial 11\n/)
  const again = await operator.run('restore', 'dyn.example.', '--serial', '11')
  t.equal(again.stdout, 'dyn.example. is as it was at serial 11: there is nothing to restore\n')
  const late = await operator.run('restore', 'dyn.example.', '--at', '2d')
  t.equal(late.code, 2)
})

/** A server with two changes: h0 and h1 have come, with serials 11 and 12. */
const served = async (t: Test): Promise<{ operator: Operator; serving: Serving }> => {
  const operator = new Operator(t.testdir())
  const serving = operator.serve()
  t.teardown(() => serving.end('SIGKILL'))
  const port = await serving.ready()
  const [, secret = ''] = /secret "([^"]+)"/.exec(operator.read('keys/ddns-key.key')) ?? []
  const target = { port, secret: Buffer.from(secret, 'base64') }
  await addUntil(target, 1, 2, 0, (n) => `h${n}.dyn.example.`)
  return { operator, serving }
}

t.test('with a server it is the server that changes the zone', async (t) => {
  const { operator, serving } = await served(t)
  const { code, stdout, stderr } = await operator.run('undo', 'dyn.example.', '11')
  t.strictSame([code, stderr], [0, ''])
  t.equal(stdout, '- h0.dyn.example. 60 IN A 10.0.0.0\ndyn.example. has serial 13 now\n')
  const restored = await operator.run('restore', 'dyn.example.', '--at', '0s')
  t.match(restored.stdout, /there is nothing to restore/)
  const { stderr: log } = await serving.end('SIGTERM')
  t.match(log, /"command":"undo 11","serial":13,"msg":"change by the operator"/)
})

t.test('a server that may not be reached is not passed by', async (t) => {
  const { operator } = await served(t)
  const config = operator.read('livezone.toml')
  operator.write('livezone.toml', `control = "elsewhere.sock"\n${config}`)
  const { code, stderr } = await operator.run('undo', 'dyn.example.', '11')
  t.equal(code, 1)
  t.match(stderr, /^no livezone is running here \(ENOENT at .*elsewhere\.sock\)/)
  t.match(await last(operator), /^12 /)
})

t.test('whoever has no name in the system is a number in the history', async (t) => {
  const nameless = (): never => {
    throw new Error('ENOENT')
  }
  t.match(userName(nameless), /^\d+$/)
})
