/** Running other programs. */
import t from 'tap'
import { runProgram } from '../../src/agent/program.ts'

const node = (code: string): [string, ...string[]] => [process.execPath, '-e', code]
const LIMIT = { milliseconds: 60_000 }

t.test('a program says what it prints, and has our environment and more', async (t) => {
  const ended = await runProgram(node('console.log(process.env.HOST, !!process.env.PATH)'), {
    ...LIMIT,
    environment: { HOST: 'home' },
  })
  t.strictSame(ended, { ok: true, stdout: 'home true\n' })
})

t.test('its last words say why it failed, or its exit status does', async (t) => {
  const loud = await runProgram(node('console.error("a\\nno luck"); process.exit(3)'), LIMIT)
  t.match(loud, { ok: false, why: /failed: no luck$/, isMissing: false })
  const silent = await runProgram(node('process.exit(3)'), LIMIT)
  t.match(silent, { ok: false, why: /failed: exit 3$/ })
})

t.test('one that is not there is missing', async (t) => {
  const ended = await runProgram(['./no-such-program'], LIMIT)
  t.match(ended, { ok: false, why: /ENOENT/, isMissing: true })
})

t.test('one that does not end is ended', async (t) => {
  const ended = await runProgram(node('setInterval(() => {}, 1000)'), { milliseconds: 50 })
  t.match(ended, { ok: false, why: /did not end in 0.05 s$/ })
})
