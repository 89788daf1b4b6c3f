/** The control socket: who may open it, what it answers, and what goes wrong there, in words. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { InputError } from '../../src/base/input-error.ts'
import { controlRequest, unreachable } from '../../src/control/control-client.ts'
import { createControl, openControl, type ControlRoutes } from '../../src/control/control-server.ts'
import { ControlError, ControlRefusal } from '../../src/control/problem.ts'
import { StoreError } from '../../src/zone/zone.ts'
import { recordingLog } from '../support/log.ts'

/** A short path: the folders of tests have longer ones than a socket can. */
const shortFolder = (t: Test): string => {
  const folder = mkdtempSync(join(tmpdir(), 'livezone-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  return folder
}

const throwing =
  (error: Error): ControlRoutes =>
  (server, _, done) => {
    server.get('/failing', () => {
      throw error
    })
    done()
  }

const echo: ControlRoutes = (server, _, done) => {
  server.post('/echo', ({ body }) => ({ got: body }))
  server.get('/nothing', () => ({ got: null }))
  done()
}

const opened = async (
  t: Test,
  groups: readonly ControlRoutes[],
  path = join(shortFolder(t), 'control.sock'),
) => {
  const { log, lines } = recordingLog()
  const end = await openControl(path, groups, log)
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await end()
    isOpen = false
  }
  t.teardown(close)
  return { path, lines, close }
}

const failure = async (asking: Promise<unknown>): Promise<ControlError> => {
  try {
    await asking
  } catch (error) {
    if (error instanceof ControlError) return error
    throw error
  }
  throw new Error('it did not fail')
}

t.test('a command asks and is answered, with and without a body', async (t) => {
  const { path } = await opened(t, [echo])
  const body = { zone: 'dyn.example.', text: 'ö\n' }
  t.strictSame(await controlRequest(path, { method: 'POST', url: '/echo', body }), { got: body })
  t.strictSame(await controlRequest(path, { method: 'GET', url: '/nothing' }), { got: null })
})

t.test('nobody but its owner can open the socket', async (t) => {
  const before = process.umask(0)
  t.teardown(() => process.umask(before))
  const { path } = await opened(t, [])
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(process.umask(0), 0, 'what else is made is made as before')
})

t.test(
  'a route refuses with its own words, and they reach whoever typed the command',
  async (t) => {
    const cases: [Error, number, string, boolean][] = [
      [new ControlRefusal(409, 'later changes touch it'), 409, 'later changes touch it', true],
      [new InputError('x.toml', 3, 4, 'no such key'), 422, 'x.toml:3:4: no such key', true],
      [new AggregateError([], 'two\nthings'), 422, 'two\nthings', true],
      [new StoreError('the disk is full'), 503, 'the disk is full', false],
    ]
    for (const [error, status, detail, isOperators] of cases) {
      const { path, lines } = await opened(t, [throwing(error)])
      const said = await failure(controlRequest(path, { method: 'GET', url: '/failing' }))
      t.strictSame([said.status, said.message, said.isOperators], [status, detail, isOperators])
      t.strictSame(lines, [])
    }
  },
)

t.test('a bug of ours is in the log, and not in the answer', async (t) => {
  const bug = new TypeError('undefined is not a zone')
  const { path, lines } = await opened(t, [throwing(bug)])
  const said = await failure(controlRequest(path, { method: 'GET', url: '/failing' }))
  t.match(said, { status: 500, message: 'the server could not do it; its log says why' })
  t.match(lines, [{ level: 'error', fields: { err: bug } }])
})

t.test('what no route is for, and what is no JSON, is said', async (t) => {
  const { path } = await opened(t, [echo])
  const unknown = await failure(controlRequest(path, { method: 'DELETE', url: '/echo?x=1' }))
  t.match(unknown, { status: 404, message: /knows no DELETE \/echo\?x=1/ })
  // It is refused by its length, before it has come: a client may hear of it that it is gone.
  const { log } = recordingLog()
  const payload = { text: 'x'.repeat(2_000_000) }
  const refused = await createControl([echo], log).inject({ method: 'POST', url: '/echo', payload })
  t.match(refused.json(), { status: 413, detail: /too large/ })
})

t.test('without a server the command says how to start one', async (t) => {
  const path = join(shortFolder(t), 'control.sock')
  const asking = controlRequest(path, { method: 'GET', url: '/' })
  const said = await failure(asking)
  t.match(said, { status: undefined, isOperators: false, message: /start it with livezone serve/ })
})

t.test('whoever may not open it is told who may', async (t) => {
  t.match(unreachable('/x', 'EACCES'), /opened by its owner only: run this as the user/)
})

t.test('a connection that ends without an answer is an error', async (t) => {
  const path = join(shortFolder(t), 'control.sock')
  const server = createServer((socket) => {
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{'))
  }).listen(path)
  t.teardown(() => server.close())
  await t.rejects(controlRequest(path, { method: 'GET', url: '/' }))
})

t.test("what an earlier server left behind is in nobody's way", async (t) => {
  const path = join(shortFolder(t), 'control.sock')
  const first = await opened(t, [], path)
  // As a server that was killed leaves it: the name stays.
  const second = await opened(t, [echo], path)
  await first.close()
  t.ok(second)
})

t.test('what is no socket stays, and is said', async (t) => {
  const path = join(shortFolder(t), 'control.sock')
  writeFileSync(path, 'precious')
  await t.rejects(opened(t, [], path), /is there already, and is no socket/)
})

t.test('a path that is too long for a socket is reached through its folder', async (t) => {
  const folder = t.testdir({ ['x'.repeat(103)]: {} })
  const path = join(folder, 'x'.repeat(103), 'control.sock')
  const { close } = await opened(t, [echo], path)
  t.strictSame(await controlRequest(path, { method: 'GET', url: '/nothing' }), { got: null })
  await close()
  t.notOk(existsSync(path), 'it is taken away at the end')
  t.match(await failure(controlRequest(path, { method: 'GET', url: '/' })), { status: undefined })
})

t.test('a name that is too long for a socket is said', async (t) => {
  const long = join(shortFolder(t), 'x'.repeat(103))
  await t.rejects(opened(t, [], long), /is too long: set "control" to a path/)
  const said = await failure(controlRequest(long, { method: 'GET', url: '/' }))
  t.match(said, { status: undefined, message: /the path is too long/ })
})
