/** `livezone user`, as it is typed: without a server, and while one runs. */
import { PassThrough } from 'node:stream'
import t from 'tap'
import { Passwords } from '../../src/access/passwords.ts'
import { systemClock } from '../../src/base/clock.ts'
import { readPassword } from '../../src/cli/password-input.ts'
import { LmdbStore } from '../../src/store/lmdb.ts'
import { Operator } from '../support/operator.ts'

const MADE = /^[\w-]{20}\n$/

for (const isRunning of [false, true]) {
  const way = isRunning ? 'by the running server' : 'without a server, on the store itself'
  t.test(`users are added, listed, given passwords and removed ${way}`, async (t) => {
    const operator = new Operator(t.testdir())
    if (isRunning) {
      const server = operator.serve()
      t.teardown(() => server.end('SIGKILL'))
      await server.ready()
    }
    const user = (...args: readonly string[]) => operator.run('user', ...args)
    const owner = ['add', 'Anna', '--host', 'Home.dyn.example', '--below', '--generate']
    t.match(await user(...owner), { code: 0, stdout: MADE })
    t.match(await user(...owner), { code: 2, stderr: 'there is a user anna already\n' })
    const admin = ['add', 'root', '--role', 'admin', '--generate', '--json']
    t.match(await user(...admin), { code: 0, stdout: /^\{"password":"[\w-]{20}"\}\n$/ })
    t.match(await user('list'), {
      stdout:
        'anna; owner of home.dyn.example. and below; never signed in\nroot; admin; never signed in\n',
    })
    const json = await user('list', '--json')
    t.match(JSON.parse(json.stdout.split('\n')[0] ?? ''), { name: 'anna', role: 'owner' })
    t.match(await user('password', 'anna', '--generate'), { code: 0, stdout: MADE })
    t.match(await user('password', 'bert', '--generate'), { code: 2, stderr: /no user bert/ })
    t.match(await user('remove', 'root'), { code: 0, stdout: '' })
    t.match(await user('remove', 'root'), { code: 2, stderr: 'there is no user root\n' })
    t.match(await user('add', 'x', '--host', 'x.example', '--generate'), {
      code: 2,
      stderr: /--host: x\.example\. is in no zone of this server/,
    })
  })
}

t.test('the password may come on standard input', async (t) => {
  const operator = new Operator(t.testdir())
  const input = new PassThrough()
  input.end('correct horse\n')
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')
  Object.defineProperty(process, 'stdin', { value: input, configurable: true })
  t.teardown(() => stdin && Object.defineProperty(process, 'stdin', stdin))
  const added = await operator.run('user', 'add', 'anna', '--host', 'a.dyn.example')
  t.match(added, { code: 0, stdout: '' })
  t.match(await operator.run('user', 'list'), {
    stdout: 'anna; owner of a.dyn.example.; never signed in\n',
  })
  const store = LmdbStore.open(operator.path('data'), systemClock)
  const [anna] = store.users()
  const asker = { source: '', isFamiliar: false }
  t.equal(await new Passwords().verify('correct horse', anna?.password, asker), 'right')
  if (anna !== undefined) store.putUsers(new Map([['anna', { ...anna, lastLogin: 1000 }]]))
  await store.close()
  t.match(await operator.run('user', 'list'), { stdout: /signed in 1970-01-01T00:00:01Z/ })
})

/** What somebody types on a terminal, and what they see. */
const typed = async (text: string, isTTY = true) => {
  const input = Object.assign(new PassThrough(), { isTTY })
  let shown = ''
  const output = {
    write: (piece: string) => {
      shown += piece
      // Typed when it is asked for.
      const line = text.slice(0, text.indexOf('\r') + 1)
      text = text.slice(line.length)
      if (piece.endsWith(': ')) setImmediate(() => input.write(line))
    },
  }
  if (!isTTY) input.end(text)
  const password = await readPassword({ input, output })
  return { password, shown }
}

t.test('on a terminal it is typed twice, and seen by nobody', async (t) => {
  const { password, shown } = await typed('correct horse\rcorrect horse\r')
  t.equal(password, 'correct horse')
  t.equal(shown, 'Password: \nOnce more: \n')
  await t.rejects(typed('correct horse\rcorrect house\r'), { message: /these were two passwords/ })
})

t.test('a pipe without a line brings no password', async (t) => {
  t.match(await typed('correct horse', false), { password: 'correct horse', shown: '' })
  await t.rejects(typed('', false), { message: 'no password was given' })
})
